"""Makes PyPI's torchvision importable beside a PyTorch without CUDA.

That torchvision is linked to PyTorch's CUDA libraries, and without them its import dies, and timm's with it. This
writes stubs of those libraries into FOLDER: no device is ever found, and whatever else is asked of CUDA stops the
process. With FOLDER on LD_LIBRARY_PATH when Python starts, torchvision and timm work on the CPU. It is for tests and
measurements only. Needs gcc. Where torchvision loads without help, FOLDER stays empty; where stubs cannot be made, this
says so and leaves no FOLDER: the tests that need torchvision or timm are then skipped.

Run: PYTHON tools/torchvision_without_cuda.py FOLDER
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

# What the stubs have for a C++ symbol, by the end of its mangled name; {i} numbers them, {symbol} is that name.
ALLOCATOR = 'char stub_{i}[256] __asm__("{symbol}");'
DEVICE_COUNT = 'signed char stub_{i}(void) __asm__("{symbol}"); signed char stub_{i}(void) {{ return 0; }}'
FUNCTION = 'void stub_{i}(void) __asm__("{symbol}"); void stub_{i}(void) {{ __builtin_trap(); }}'


def main() -> None:
    folder = Path(sys.argv[1])
    spec = find_spec("torchvision")
    if spec is None or not spec.submodule_search_locations:
        print("torchvision is not installed: no stubs made", file=sys.stderr)
    elif loads():
        folder.mkdir(parents=True, exist_ok=True)
    elif missing := [tool for tool in ("gcc", "nm") if shutil.which(tool) is None]:
        print(f"torchvision cannot be made to load without CUDA: {' and '.join(missing)} missing", file=sys.stderr)
    else:
        make_stubs(Path(spec.submodule_search_locations[0]), folder)


def loads() -> bool:
    return (
        subprocess.run([sys.executable, "-c", "import torchvision"], capture_output=True, check=False).returncode == 0
    )


def make_stubs(torchvision: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    try:
        write_stubs(torchvision, folder)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder)
        print(f"torchvision cannot be made to load without CUDA: {error}", file=sys.stderr)


def write_stubs(torchvision: Path, folder: Path) -> None:
    link("libc10_cuda.so", folder, [stub(i, symbol) for i, symbol in enumerate(cuda_symbols(torchvision))])
    link("libtorch_cuda.so", folder, ["int stub;"])
    for runtime in (torchvision.parent / "torchvision.libs").glob("libcudart.*.so.*"):
        name, _, version = runtime.name.partition(".so.")  # the wheel has it as libcudart.HASH.so.VERSION
        (folder / f"{name.split('.')[0]}.so.{version}").symlink_to(runtime.resolve())


def cuda_symbols(torchvision: Path) -> list[str]:
    """Gives the C++ names that torchvision's libraries expect from PyTorch's CUDA libraries."""
    libraries = [*torchvision.glob("_C*.so"), *torchvision.glob("image*.so")]
    listing = subprocess.run(
        ["nm", "-D", "--undefined-only", *map(str, libraries)], capture_output=True, text=True, check=True
    ).stdout
    names = {line.split()[-1] for line in listing.splitlines() if line.split()[:1] == ["U"]}
    return sorted(name for name in names if name.startswith("_Z") and "cuda" in name and "@" not in name)


def stub(i: int, symbol: str) -> str:
    template = ALLOCATOR if symbol.endswith("allocatorE") else DEVICE_COUNT if "device_count" in symbol else FUNCTION
    return template.format(i=i, symbol=symbol)


def link(name: str, folder: Path, code: list[str]) -> None:
    """Compiles a library; it needs no C library, whose development files a bare system lacks."""
    command = ["gcc", "-xc", "-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{name}", "-o", str(folder / name), "-"]
    subprocess.run(command, input="\n".join(code) + "\n", text=True, check=True)


if __name__ == "__main__":
    main()
