#!/usr/bin/env bash
# Serves the models of MODEL_DIR (NAME/VERSION/model.onnx) on PORT, until it is ended. The first start builds.
set -euo pipefail

(($# == 2)) || { echo "usage: start.sh PORT MODEL_DIR" >&2; exit 2; }

here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jar=$here/target/spring-peer.jar
if [[ ! -e $jar || -n $(find "$here/pom.xml" "$here/src" -newer "$jar" -print -quit) ]]; then
  echo "spring peer: building (first start only)" >&2
  (cd "$here" && mvn -q -B -DskipTests package)
fi
java=java
[[ -z ${JAVA_HOME:-} ]] || java=$JAVA_HOME/bin/java
export ORT_DISABLE_TELEMETRY=1
exec "$java" -jar "$jar" "--server.port=$1" "--models=$2"
