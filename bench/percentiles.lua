-- Pace each connection of wrk, ask for pages that no cache holds, and print one line of figures for bench/serve.py.
-- Arguments: milliseconds between two requests of a connection (0: at once), and "fresh" to make each address new.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  pause = tonumber(args[1] or "0")
  fresh = args[2] == "fresh"
  count = 0
  math.randomseed(id + 1)
end

function delay()
  -- An uneven pause, so that the connections do not march in step.
  return pause > 0 and math.random(pause, 3 * pause) / 2 or 0
end

function request()
  count = count + 1
  if not fresh then
    return wrk.format()
  end
  return wrk.format(nil, wrk.path .. "?turn=" .. id .. "-" .. count .. "-" .. os.time())
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("FIGURES %.1f %.3f %.3f %.3f %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
