"""Run by a packed app's own interpreter on Windows: what Windows itself reads from the executable named first, as JSON."""

import ctypes
import json
import sys
from ctypes import wintypes

path = sys.argv[1]
version, kernel, user, gdi = (ctypes.WinDLL(name) for name in ("version", "kernel32", "user32", "gdi32"))
kernel.LoadLibraryExW.restype = ctypes.c_void_p
kernel.FindResourceW.restype = kernel.LoadResource.restype = kernel.LockResource.restype = ctypes.c_void_p
gdi.CreateCompatibleDC.restype = ctypes.c_void_p


def read_version():
    size = version.GetFileVersionInfoSizeW(path, None)
    block = ctypes.create_string_buffer(size)
    assert version.GetFileVersionInfoW(path, 0, size, block)

    def query(name):
        place, length = ctypes.c_void_p(), wintypes.UINT()
        return place.value if version.VerQueryValueW(block, name, ctypes.byref(place), ctypes.byref(length)) else None

    language, page = (ctypes.c_uint16 * 2).from_address(query("\\VarFileInfo\\Translation"))
    fixed = (ctypes.c_uint32 * 13).from_address(query("\\"))
    names = "CompanyName FileDescription FileVersion InternalName LegalCopyright OriginalFilename ProductName ProductVersion".split()
    found = {name: query(f"\\StringFileInfo\\{language:04x}{page:04x}\\{name}") for name in names}
    return {
        "strings": {name: ctypes.wstring_at(place) for name, place in found.items() if place},
        "numbers": [fixed[2] >> 16, fixed[2] & 0xFFFF, fixed[3] >> 16, fixed[3] & 0xFFFF],
        "product": list(fixed[4:6]) == list(fixed[2:4]),
        "prerelease": bool(fixed[7] & 2),
    }


def read_resource(kind, name):
    module = ctypes.c_void_p(kernel.LoadLibraryExW(path, None, 2))
    found = ctypes.c_void_p(kernel.FindResourceW(module, ctypes.c_void_p(name), ctypes.c_void_p(kind)))
    data = kernel.LockResource(ctypes.c_void_p(kernel.LoadResource(module, found)))
    return ctypes.string_at(data, kernel.SizeofResource(module, found)).decode()


class IconInfo(ctypes.Structure):
    _fields_ = [("icon", wintypes.BOOL), ("x", wintypes.DWORD), ("y", wintypes.DWORD), ("mask", ctypes.c_void_p), ("colour", ctypes.c_void_p)]


def read_icon(side):
    """Blue, green and red of the pixel in the middle."""
    handles, ids = (ctypes.c_void_p * 1)(), (ctypes.c_uint * 1)()
    assert user.PrivateExtractIconsW(path, 0, side, side, handles, ids, 1, 0) == 1
    info = IconInfo()
    assert user.GetIconInfo(ctypes.c_void_p(handles[0]), ctypes.byref(info))
    header = (ctypes.c_uint32 * 10)(40, side, side, 1 | 32 << 16)
    pixels = ctypes.create_string_buffer(4 * side * side)
    assert gdi.GetDIBits(ctypes.c_void_p(gdi.CreateCompatibleDC(None)), ctypes.c_void_p(info.colour), 0, side, pixels, header, 0) == side
    middle = 4 * (side * (side // 2) + side // 2)
    return list(pixels.raw[middle : middle + 3])


print(json.dumps({"version": read_version(), "manifest": read_resource(24, 1), "icons": {side: read_icon(side) for side in (16, 32, 256)}}))
