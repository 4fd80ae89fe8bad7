-- Print what bench/serve.py reads: one line of figures after a run of wrk.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("FIGURES %.1f %.3f %.3f %.3f %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
