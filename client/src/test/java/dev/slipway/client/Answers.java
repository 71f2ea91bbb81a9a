package dev.slipway.client;

/** Answers in the server's wire form. */
final class Answers {
    static final String MODELS = """
            {"models":[
              {"name":"fraud","versions":[
                {"version":"6","state":"UNLOADING","since":"2026-11-21T08:00:00Z","format":"onnx","size_bytes":2202010,
                 "error_code":"OK","error_message":"","retry_at":null},
                {"version":"7","state":"AVAILABLE","since":"2026-11-21T09:10:11Z","format":"onnx","size_bytes":123,
                 "error_code":"OK","error_message":"","retry_at":null},
                {"version":"8","state":"QUARANTINED","since":"2026-11-21T10:00:00Z","format":"onnx","size_bytes":0,
                 "error_code":"INVALID_ARGUMENT","error_message":"model.onnx ends at byte 12\\n(expected: 4096)",
                 "retry_at":"2026-11-21T10:05:00Z"}],
               "labels":{"stable":7},"pending_labels":{"canary":8},"problem":null},
              {"name":"gone","versions":[],"labels":{},"pending_labels":{},
               "problem":"/models/gone can't be listed: permission denied","something_new":{"a":[1]}}
            ]}
            """;

    static final String DISPATCH = """
            {"dispatch":[
              {"model":"iris","version":"1","signature":"serving_default",
               "place":"loop: one row costs 4.2 us (limit: 50 us)",
               "joining":"on: 64 rows cost 0.4 us each, 1 row 4.2 us","waiting":3,
               "costs":[{"rows":1,"nanos":4200,"samples":128},{"rows":64,"nanos":25600,"samples":7},
                        {"rows":1024,"nanos":1234567,"samples":1}],
               "reasons":{"idle":1204,"full":0,"size":17,"new_one":1},"something_new":[{}]},
              {"model":"fraud","version":"7","signature":"score","place":"pool: no run yet",
               "joining":"off: no run yet","waiting":0,"costs":[],"reasons":{"idle":0}}
            ],"more":null}
            """;

    private Answers() {}
}
