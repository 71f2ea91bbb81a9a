#!/usr/bin/env bash
# Serves the models of MODEL_DIR (NAME/VERSION/model.onnx) on PORT, until it is ended. The first start installs.
set -euo pipefail

(($# == 2)) || { echo "usage: start.sh PORT MODEL_DIR" >&2; exit 2; }

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# npm writes this file last, so a broken installation is made anew.
installed=$here/node_modules/.package-lock.json
if [[ ! -e $installed || $here/package-lock.json -nt $installed ]]; then
  echo "node peer: installing fastify and onnxruntime-node (first start only)" >&2
  (cd "$here" && npm ci --silent)
fi
export ORT_DISABLE_TELEMETRY=1 NODE_ENV=production
exec node "$here/server.js" "$1" "$2"
