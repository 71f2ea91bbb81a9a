-- Sends one request again and again. Arguments: the body's file, and the headers' file with lines of "name: value".
-- Prints, behind RESULT: requests, seconds, errors, and the latencies p50, p99 and p99.9 in microseconds.

function init(arguments)
  local body = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = body:read("*a")
  body:close()
  for line in io.lines(arguments[2]) do
    local name, value = line:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  message = wrk.format()
end

function request()
  return message
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format("RESULT\t%d\t%.3f\t%d\t%.1f\t%.1f\t%.1f\n",
    summary.requests, summary.duration / 1e6,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
