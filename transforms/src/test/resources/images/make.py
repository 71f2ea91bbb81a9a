#!/usr/bin/env python3
"""Makes the pictures that tests decode, and what others make of them.

Needs Pillow, numpy, torch and torchvision; made with Pillow 9.4.0, numpy 1.24.2 and torchvision 0.14.1 (Debian 12):
    apt-get install python3-pil python3-numpy python3-torchvision && python3 make.py

decode.txt says, a line each: a file, what Pillow sees in it (RGB, turned upright), and by how much a number may differ.
resize.txt says: the filter, a size, and what Pillow makes of pattern.png.
*.f32 are little-endian float32 numbers, channels first.
"""
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageFilter, ImageOps

os.chdir(os.path.dirname(os.path.abspath(__file__)))
rng = np.random.RandomState(7)


def pattern(height, width):
    noise = Image.fromarray(rng.randint(0, 256, (height, width, 3), dtype=np.uint8))
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([128 + 120 * np.sin(x / 5.0), 128 + 120 * np.cos(y / 4.0), (x * 5 + y * 3) % 256], 2)
    return Image.blend(Image.fromarray(waves.astype(np.uint8)), noise.filter(ImageFilter.GaussianBlur(1)), 0.3)


picture = pattern(47, 61)
picture.save("pattern.png")
lines = []
for name, kind in [("nearest", 0), ("box", 4), ("bilinear", 2), ("bicubic", 3), ("lanczos", 1)]:
    for width, height in [(20, 15), (61, 20), (100, 90), (7, 47)]:
        expected = "resized-%s-%dx%d.png" % (name, width, height)
        picture.resize((width, height), kind).save(expected)
        lines.append("%s,%d,%d,%s" % (name, width, height, expected))
open("resize.txt", "w").write("\n".join(lines) + "\n")

decode = []


def expect(file, tolerance=0, seen=None):
    image = Image.open(file)
    image.seek(0)
    upright = ImageOps.exif_transpose(image)
    array = np.asarray((seen or upright).convert("RGB"))
    expected = file + ".expected.png"
    Image.fromarray(array).save(expected)
    decode.append("%s,%s,%d" % (file, expected, tolerance))


small = pattern(19, 26)
gray = small.convert("L")
small.save("rgb.jpg", quality=90)
expect("rgb.jpg")
small.save("rgb-444.jpg", quality=95, subsampling=0)
expect("rgb-444.jpg")
small.save("progressive.jpg", quality=80, progressive=True)
expect("progressive.jpg")
gray.save("gray.jpg", quality=90)
expect("gray.jpg")
small.convert("CMYK").save("cmyk.jpg", quality=95)
expect("cmyk.jpg")
data = bytearray(open("cmyk.jpg", "rb").read())
at = data.find(b"Adobe")
data[at + 11] = 2
open("ycck.jpg", "wb").write(data)
expect("ycck.jpg")
profile = __import__("PIL.ImageCms", fromlist=["x"])
icc = profile.ImageCmsProfile(profile.createProfile("sRGB")).tobytes()
small.save("profile.jpg", quality=90, icc_profile=icc)
expect("profile.jpg")
small.save("broken-profile.jpg", quality=90, icc_profile=b"no profile at all" * 9)
expect("broken-profile.jpg")
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = "exif-%d.jpg" % orientation
    small.save(file, quality=90, exif=exif)
    expect(file)
exif = Image.Exif()
exif[0x0112] = 6
small.save("exif-6.png", exif=exif)
expect("exif-6.png")
small.save("exif-6.webp", lossless=True, exif=exif)
expect("exif-6.webp")

alpha = small.copy()
alpha.putalpha(gray)
small.save("rgb.png")
expect("rgb.png")
alpha.save("alpha.png")
expect("alpha.png")
gray.save("gray.png")
expect("gray.png")
gray_alpha = gray.copy()
gray_alpha.putalpha(gray.point(lambda v: 255 - v))
gray_alpha.save("gray-alpha.png")
expect("gray-alpha.png")
small.save("profile.png", icc_profile=icc)
expect("profile.png")
for bits in (1, 2, 4, 8):
    small.quantize(2 ** bits).save("palette-%d.png" % bits, bits=bits)
    expect("palette-%d.png" % bits)
transparent = small.quantize(16)
transparent.save("palette-transparent.png", transparency=3)
expect("palette-transparent.png")
gray.convert("1").save("black-white.png")
expect("black-white.png")


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(file, rows, width, height, depth, colour, interlace=0):
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    open(file, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


array = np.asarray(small)
low = rng.randint(0, 256, array.shape).astype(np.uint16)
deep = (array.astype(np.uint16) << 8 | low).astype(">u2")
png("rgb-16.png", [row.tobytes() for row in deep], 26, 19, 16, 2)
expect("rgb-16.png", 0, small)
png("gray-16.png", [row.tobytes() for row in deep[:, :, 0]], 26, 19, 16, 0)
expect("gray-16.png", 0, Image.fromarray(array[:, :, 0]))
adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
rows = []
for x0, y0, dx, dy in adam7:
    part = array[y0::dy, x0::dx]
    rows += [row.tobytes() for row in part if row.size]
png("interlaced.png", rows, 26, 19, 8, 2, 1)
expect("interlaced.png")
nibbles = (np.asarray(gray) >> 4).astype(np.uint8)
png("gray-4.png", [bytes(row[0::2] << 4 | row[1::2]) for row in nibbles], 26, 19, 4, 0)
expect("gray-4.png", 0, Image.fromarray(nibbles * 17))

small.save("lossless.webp", lossless=True)
expect("lossless.webp")
alpha.save("lossless-alpha.webp", lossless=True, exact=True)
expect("lossless-alpha.webp")
small.save("lossy.webp", quality=80)
expect("lossy.webp", 16)
alpha.save("lossy-alpha.webp", quality=80)
expect("lossy-alpha.webp", 16)
other = small.transpose(0)
small.save("animated.webp", save_all=True, append_images=[other], lossless=True)
expect("animated.webp")

small.quantize(64).save("one.gif")
expect("one.gif")
small.quantize(64).save("interlaced.gif", interlace=1)
expect("interlaced.gif")
small.quantize(64).save("animated.gif", save_all=True, append_images=[other.quantize(64)], duration=100)
expect("animated.gif")
open("decode.txt", "w").write("\n".join(decode) + "\n")

import torch
import torchvision.transforms as T

normalize = T.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
for name, shown in [("landscape", picture), ("portrait", picture.transpose(2)), ("small", small.crop((0, 0, 26, 9)))]:
    if name == "portrait":
        shown.save("portrait.png")
    if name == "small":
        shown.save("small.png")
    recipe = T.Compose([T.Resize(32), T.CenterCrop(28), T.ToTensor(), normalize])
    recipe(shown).numpy().astype("<f4").tofile("torchvision-%s.f32" % name)
T.Compose([T.CenterCrop(60), T.ToTensor()])(picture).numpy().astype("<f4").tofile("torchvision-padded.f32")


def tf_resize(array, height, width):
    """tf.image.resize(method='bilinear', antialias=False), as its kernel computes it, in float32."""
    def axis(size, out):
        scale = np.float32(size) / np.float32(out)
        place = (np.arange(out, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
        floor = np.floor(place)
        low = np.maximum(floor, 0).astype(int)
        high = np.minimum(np.ceil(place), size - 1).astype(int)
        return low, high, (place - floor).astype(np.float32)
    source = array.astype(np.float32)
    y0, y1, dy = axis(array.shape[0], height)
    x0, x1, dx = axis(array.shape[1], width)
    dx = dx[None, :, None]
    dy = dy[:, None, None]
    top = source[y0][:, x0] + (source[y0][:, x1] - source[y0][:, x0]) * dx
    bottom = source[y1][:, x0] + (source[y1][:, x1] - source[y1][:, x0]) * dx
    return top + (bottom - top) * dy


for height, width in [(15, 20), (90, 100)]:
    resized = tf_resize(np.asarray(picture), height, width)
    resized.transpose(2, 0, 1).astype("<f4").tofile("tensorflow-%dx%d.f32" % (width, height))

# Keras' load_img (Pillow, nearest) and preprocess_input in the mode caffe.
loaded = np.asarray(picture.resize((20, 15), 0), dtype=np.float32)[..., ::-1] - np.array([103.939, 116.779, 123.68], np.float32)
loaded.transpose(2, 0, 1).astype("<f4").tofile("keras-caffe.f32")
loaded = np.asarray(picture.resize((20, 15), 0), dtype=np.float32) / np.float32(127.5) - np.float32(1)
loaded.transpose(2, 0, 1).astype("<f4").tofile("keras-tf.f32")
np.asarray(picture.convert("L").resize((20, 15), 2), dtype=np.uint8).tofile("gray.u8")
