"""Holds an image in WORK/image.tar against what it is to have, and lays its layers out in WORK/root."""
import json, os, sys, tarfile

work = sys.argv[1]
image = tarfile.open(work + "/image.tar")
manifest = json.load(image.extractfile("manifest.json"))[0]
config = json.load(image.extractfile(manifest["Config"]))
run = config["config"]


def expect(what, found, expected):
    if found != expected:
        sys.exit("image/check: %s is %r (expected: %r)" % (what, found, expected))


expect("platform", (config["os"], config["architecture"]), ("linux", "amd64"))
expect("user", run["User"], "65532:65532")
expect("ports", sorted(run["ExposedPorts"]), ["8500/tcp", "8501/tcp"])
expect("volumes", sorted(run["Volumes"]), ["/models"])
expect("command", run["Cmd"][:2], ["serve", "/models"])
expect("entry point", (run["Entrypoint"][0], run["Entrypoint"][-1]), ("java", "dev.slipway.server.Main"))

names = set()
for layer in manifest["Layers"]:
    with tarfile.open(fileobj=image.extractfile(layer)) as files:
        names |= {file.name.removeprefix("./") for file in files if file.isfile()}
        files.extractall(work + "/root")
there = {os.path.relpath(os.path.join(folder, file), "server/target/slipway")
         for part in ("lib", "backends") for folder, _, files in os.walk("server/target/slipway/" + part) for file in files}
shipped = {name.removeprefix("opt/slipway/") for name in names if name.startswith("opt/slipway/")}
beside = {name for name in shipped - there if name != "sbom.json" and not name.startswith("third-party/")}
expect("what is not shipped", sorted(there - shipped), [])
expect("what is shipped beside the distribution", sorted(beside),
       ["about/jib-classpath-file", "about/jib-main-class-file", "about/resources/LICENSE"])
expect("what is in /app", sorted(name for name in names if name.startswith("app/")), [])
expect("programs besides Java", sorted(name for name in names if "/bin/" in "/" + name and "/jvm/" not in name), [])
json.dump(run, open(work + "/run.json", "w"))
print("image: %d layers, %d files of the distribution, %d MB"
      % (len(manifest["Layers"]), len(shipped), os.path.getsize(work + "/image.tar") >> 20))
