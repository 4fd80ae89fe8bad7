// Bundle every script of this folder into web/static/dist: hashed names, a manifest, and the licence texts.
import { build } from "esbuild";
import { readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, "../static/dist");
const allowed = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"]);

// Name the packages whose code is in the bundle: the path after the last node_modules/.
function packages(inputs) {
  const found = new Set();
  for (const path of Object.keys(inputs)) {
    const parts = path.split("node_modules/").slice(1);
    if (parts.length === 0) continue;
    const name = parts[parts.length - 1].split("/").slice(0, parts[parts.length - 1].startsWith("@") ? 2 : 1);
    found.add(join("node_modules", ...parts.slice(0, -1), ...name));
  }
  return [...found].sort();
}

// The licences ask that their text travels with the code; a licence we may not ship stops the build.
function licences(folders) {
  return folders.map((folder) => {
    const about = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    if (!allowed.has(about.license)) {
      throw new Error(`${about.name} ${about.version}: licence ${about.license} is not one of ${[...allowed].join(", ")}`);
    }
    const file = readdirSync(join(here, folder)).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? readFileSync(join(here, folder, file), "utf8").trim() : "(the package carries no licence text)";
    return `${about.name} ${about.version} (${about.license})\n\n${text}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

const entries = readdirSync(here).filter((name) => name.endsWith(".js")).sort();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const result = await build({
  absWorkingDir: here,
  bundle: true,
  entryNames: "[name]-[hash]",
  entryPoints: entries,
  format: "esm",
  legalComments: "none", // LICENSES.txt holds the full texts
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: out,
  target: ["es2022"],
});

const manifest = {};
for (const [file, about] of Object.entries(result.metafile.outputs)) {
  if (about.entryPoint) manifest[about.entryPoint] = basename(file);
}
writeFileSync(join(out, "LICENSES.txt"), licences(packages(result.metafile.inputs)));
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
