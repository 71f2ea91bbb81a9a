"""Runs the image laid out in WORK/root as a container would; to be called as the first process of new namespaces."""
import ctypes, fcntl, json, os, signal, socket, struct, subprocess, sys, time, urllib.error, urllib.request

work = sys.argv[1]
root = work + "/root"
run = json.load(open(work + "/run.json"))
NOBODY = 65532
DEVICES = ("null", "zero", "random", "urandom")


def mount(*arguments):
    subprocess.run(("mount",) + arguments, check=True)


def loopback():
    """Up, with the address that it has by default."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 0x49))  # SIOCSIFFLAGS: up, running, loopback


def enter():
    """In the child: no root but the image's, no right beyond a plain user's, and none to be had."""
    os.chroot(root)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def ask(path, body=None):
    try:
        with urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:8501" + path, data=body), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def await_ready(server, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        if ask("/v2/health/ready")[0] == 200:
            return
        time.sleep(0.2)
    sys.exit("image/check: not ready within %d s (exit code %s)" % (seconds, server.poll()))


def expect(what, isAsExpected, found):
    if not isAsExpected:
        sys.exit("image/check: %s: %s" % (what, found))


mount("--make-rprivate", "/")
mount("--bind", root, root)
mount("--bind", "examples/models", root + "/models")
mount("-t", "proc", "proc", root + "/proc")
mount("-t", "tmpfs", "-o", "mode=1777,size=512m", "tmpfs", root + "/tmp")
mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", root + "/dev")
for device in DEVICES:
    open(root + "/dev/" + device, "w").close()
    mount("--bind", "/dev/" + device, root + "/dev/" + device)
mount("-o", "remount,ro,bind", root)
mount("-o", "remount,ro,bind", root + "/models")
loopback()

environment = dict(entry.split("=", 1) for entry in run["Env"])
program = environment["PATH"].split(":")[0] + "/" + run["Entrypoint"][0]
server = subprocess.Popen([program] + run["Entrypoint"][1:] + run["Cmd"], preexec_fn=enter, env=environment, cwd="/")
try:
    await_ready(server, 180)
    # That of these namespaces; /proc is still that of the outer ones.
    own = root + "/proc/%d/" % server.pid
    fields = dict(line.split(":\t", 1) for line in open(own + "status") if ":\t" in line)
    mounts = [line.split() for line in open(own + "mountinfo")]
    writable = sorted(line[4] for line in mounts if "ro" not in line[5].split(","))
    expect("what is mounted to be written", set(writable) <= {"/proc", "/tmp", "/dev"} | {"/dev/" + name for name in DEVICES}, writable)
    expect("user", fields["Uid"].split() == [str(NOBODY)] * 4, fields["Uid"])
    expect("capabilities", int(fields["CapEff"], 16) == 0, fields["CapEff"])
    expect("new privileges", fields["NoNewPrivs"].strip() == "1", fields["NoNewPrivs"])
    asked = ask("/v1/models/iris:predict", b'{"instances": [[5.1, 3.5, 1.4, 0.2]]}')
    expect("predict", asked[0] == 200 and "predictions" in asked[1], asked)
    expect("who may not deploy", ask("/slipway/v1/models/iris/load", b"{}")[0] in (401, 403), "could")
    server.send_signal(signal.SIGTERM)
    code = server.wait(60)
    expect("end after SIGTERM", code in (0, 143, -signal.SIGTERM), code)
finally:
    if server.poll() is None:
        server.kill()
print("image: ran read-only, without rights; answered %s; ended with %d" % (asked[1].split(), code))
