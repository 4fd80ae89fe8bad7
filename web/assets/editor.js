// SPARQL editor: CodeMirror over the plain textarea, which stays in the form and carries the query.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const nonce = document.querySelector("script[nonce]")?.nonce ?? "";

const KEYWORDS = `ASK BIND CONSTRUCT COUNT DESCRIBE DISTINCT EXISTS FILTER GRAPH HAVING LIMIT MINUS NOT OFFSET OPTIONAL
PREFIX REGEX SELECT UNION VALUES WHERE CONTAINS LCASE STRSTARTS LANG YEAR SAMPLE GROUP_CONCAT`.split(/\s+/)
  .concat("GROUP BY", "ORDER BY").map((label) => ({ label, type: "keyword", boost: -1 }));

// The page carries the terms of the ontology: name such as sv:Finding, label, definition, whether class or property.
function terms() {
  const island = document.getElementById("editor-terms");
  if (!island) return { options: [], prefixes: {} };
  const { terms: known, prefixes } = JSON.parse(island.textContent);
  const options = known.map(({ name, label, definition, kind }) => (
    { label: name, detail: label, info: definition, type: kind === "class" ? "class" : "property" }
  ));
  return { options, prefixes };
}

// Accepting sv:Finding in a query without its PREFIX line adds the line.
function withPrefix(option, prefixes) {
  const prefix = option.label.split(":")[0];
  const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
  return {
    ...option,
    apply(view, completion, from, to) {
      const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
      const changes = [{ from, to, insert: completion.label }];
      if (!declared && prefixes[prefix]) changes.unshift({ from: 0, insert: line });
      const shift = declared || !prefixes[prefix] ? 0 : line.length;
      view.dispatch({ changes, selection: { anchor: from + shift + completion.label.length } });
    },
  };
}

function source() {
  const { options, prefixes } = terms();
  const named = options.map((option) => withPrefix(option, prefixes));
  return (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const seen = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
      seen.delete(variable.text);
      return { from: variable.from, options: [...seen].map((label) => ({ label, type: "variable" })) };
    }
    const word = context.matchBefore(/[A-Za-z][\w-]*:?[\w-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    return { from: word.from, options: word.text.includes(":") ? named : [...named, ...KEYWORDS], validFor: /^[\w:-]*$/ };
  };
}

// Colours come from the stylesheet, so light and dark need no second theme.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.annotation], color: "var(--code-string)" },
  { tag: [tags.integer, tags.float, tags.bool], color: "var(--code-number)" },
  { tag: tags.variableName, color: "var(--violation)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--ink)" },
  ".cm-scroller": { minHeight: "16rem" },
  ".cm-gutters": { background: "var(--sunken)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { background: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--mark)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { background: "var(--accent-soft)", outline: "1px solid" },
  ".cm-tooltip, .cm-panels": { background: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionInfo": { maxWidth: "22rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--violation)" },
});

// The server marks where a query failed with data-error-line and data-error-column, both counted from 1.
function showError(view, textarea) {
  const line = Number(textarea.dataset.errorLine);
  if (!line || line > view.state.doc.lines) return;
  const start = view.state.doc.line(line);
  const from = Math.min(start.from + Math.max(Number(textarea.dataset.errorColumn || 1) - 1, 0), start.to);
  const message = textarea.dataset.errorMessage ?? "The query is not valid here.";
  view.dispatch(setDiagnostics(view.state, [{ from, to: Math.max(start.to, from), severity: "error", message }]));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from) });
}

function enhance(textarea) {
  const form = textarea.form;
  const label = textarea.labels?.[0];
  const run = { key: "Mod-Enter", run: () => { form.requestSubmit(); return true; } };
  const named = label?.id ? { "aria-labelledby": label.id } : { "aria-label": "SPARQL query" };
  const described = textarea.getAttribute("aria-describedby");
  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of(described ? { ...named, "aria-describedby": described } : named),
        EditorView.lineWrapping,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) textarea.value = update.state.doc.toString();
        }),
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        autocompletion({ override: [source()] }), highlightActiveLine(), highlightSelectionMatches(), lintGutter(),
        syntaxHighlighting(colours), theme, sparql(),
        // Tab is left alone: it leads out of the editor, as on the rest of the page.
        keymap.of([
          run, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap,
        ]),
      ],
    }),
  });
  textarea.hidden = true;
  textarea.after(view.dom);
  label?.addEventListener("click", () => view.focus());
  showError(view, textarea);
}

document.querySelectorAll("textarea[data-editor='sparql']").forEach(enhance);
