// Files, the cache's folders and locks on Windows.
#include "win32.h"
#include <stdlib.h>
#include <string.h>

struct file {
  HANDLE handle;
};

static struct file *wrap_handle(HANDLE handle) {
  if (handle == INVALID_HANDLE_VALUE) return NULL;
  struct file *file = allocate(sizeof *file);
  file->handle = handle;
  return file;
}

struct file *open_self(void) {
  return wrap_handle(CreateFileW(wide_path(slashed(self_path())), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL));
}

struct file *create_file(const char *path, bool executable) {
  (void)executable;
  return wrap_handle(CreateFileW(wide_path(path), GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL));
}

uint64_t file_size(struct file *file) {
  LARGE_INTEGER size;
  return GetFileSizeEx(file->handle, &size) ? (uint64_t)size.QuadPart : 0;
}

bool read_at(struct file *file, uint64_t offset, void *bytes, size_t length) {
  while (length > 0) {
    OVERLAPPED place = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
    DWORD count;
    if (!ReadFile(file->handle, bytes, length > 1 << 30 ? 1 << 30 : (DWORD)length, &count, &place) || count == 0) return false;
    bytes = (char *)bytes + count;
    offset += count;
    length -= count;
  }
  return true;
}

bool write_bytes(struct file *file, const void *bytes, size_t length) {
  while (length > 0) {
    DWORD count;
    if (!WriteFile(file->handle, bytes, length > 1 << 30 ? 1 << 30 : (DWORD)length, &count, NULL)) return false;
    bytes = (const char *)bytes + count;
    length -= count;
  }
  return true;
}

bool close_file(struct file *file) {
  return CloseHandle(file->handle);
}

bool make_folder(const char *path) { return CreateDirectoryW(wide_path(path), NULL) || GetLastError() == ERROR_ALREADY_EXISTS; }

// Scanners open what was just written; they let go within moments.
bool move_folder(const char *from, const char *to) {
  wchar_t *old = wide_path(from), *new = wide_path(to);
  DWORD error = 0;
  for (int tries = 0; tries < 60; tries++) {
    if (MoveFileExW(old, new, 0)) return true;
    error = GetLastError();
    if (GetFileAttributesW(new) != INVALID_FILE_ATTRIBUTES) break;
    if (error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION) break;
    Sleep(50);
  }
  SetLastError(error);
  return false;
}

// A colon would name a stream of another file; the others cannot be in a name.
bool name_allowed(const char *segment, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)segment[i] < 32 || strchr("<>:\"|?*", segment[i]) != NULL) return false;
  return segment[length - 1] != '.' && segment[length - 1] != ' ';
}

bool is_present(const char *path) { return GetFileAttributesW(wide_path(path)) != INVALID_FILE_ATTRIBUTES; }

static bool is_plain(const char *path, bool folder) {
  DWORD attributes = GetFileAttributesW(wide_path(path));
  if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return false;
  return ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) == folder;
}

bool find_size(const char *path, uint64_t *size) {
  WIN32_FILE_ATTRIBUTE_DATA about;
  if (!GetFileAttributesExW(wide_path(path), GetFileExInfoStandard, &about)) {
    *size = NOT_PRESENT;
    return GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND;
  }
  bool folder = (about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  *size = folder ? 0 : (uint64_t)about.nFileSizeHigh << 32 | about.nFileSizeLow;
  return true;
}

// There is no such call; a folder from which something runs cannot be renamed anyway.
bool exchange_folders(const char *one, const char *other) { return (void)one, (void)other, false; }

bool each_entry(const char *folder, entry_taker *take) {
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(wide_path(join(folder, "/*", NULL)), &found);
  if (search == INVALID_HANDLE_VALUE) return false;
  do {
    if (wcscmp(found.cFileName, L".") != 0 && wcscmp(found.cFileName, L"..") != 0) take(folder, narrow(found.cFileName));
  } while (FindNextFileW(search, &found));
  bool all = GetLastError() == ERROR_NO_MORE_FILES;
  FindClose(search);
  return all;
}

static void remove_entry(const char *folder, const char *name) { remove_tree(join(folder, "/", name, NULL)); }

// A junction or link is removed itself; what it names stays.
bool remove_tree(const char *path) {
  wchar_t *name = wide_path(path);
  DWORD attributes = GetFileAttributesW(name);
  if (attributes == INVALID_FILE_ATTRIBUTES) return true;
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
    if (attributes & FILE_ATTRIBUTE_READONLY) SetFileAttributesW(name, FILE_ATTRIBUTE_NORMAL);
    return DeleteFileW(name);
  }
  if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) each_entry(path, remove_entry);
  return RemoveDirectoryW(name);
}

uint64_t free_space(const char *path) {
  ULARGE_INTEGER free;
  return GetDiskFreeSpaceExW(wide_path(path), &free, NULL, NULL) ? free.QuadPart : UINT64_MAX;
}

bool settle(const char *path) { return (void)path, true; }

static bool is_absolute(const char *path) {
  return (path[0] != 0 && path[1] == ':' && path[2] == '/') || (path[0] == '/' && path[1] == '/');
}

// Never TEMP: programs that unpack themselves there and run are what scanners look for.
size_t list_places(struct place places[4]) {
  char *given = variable("TERRARIUM_CACHE"), *local = variable("LOCALAPPDATA"), *profile = variable("USERPROFILE");
  size_t count = 0;
  if (given != NULL && !is_absolute(slashed(given))) stop(EXIT_NO_PLACE, "cannot use TERRARIUM_CACHE=", given, ": it is no absolute path.", NULL);
  if (given != NULL) return places[0] = (struct place){given, false}, 1;
  if (local != NULL && is_absolute(slashed(local))) places[count++] = (struct place){local, false};
  if (profile != NULL && is_absolute(slashed(profile))) places[count++] = (struct place){join(profile, "/AppData/Local", NULL), false};
  return count;
}

static void make_all(const char *path) {
  char *part = join(path, NULL);
  for (char *at = part + 3; *at != 0; at++) {
    if (*at != '/') continue;
    *at = 0;
    make_folder(part);
    *at = '/';
  }
  make_folder(part);
}

static const char *folder_problem(const char *folder) {
  if (!is_plain(folder, true)) return is_present(folder) ? "it is a link, or no folder" : "it is missing";
  return is_ours(folder) ? NULL : "it belongs to somebody else";
}

// Our own calls take any length. Python's do not, unless the system was told to: of 259 characters about 120 are for the trees.
enum { LONGEST_PLACE = 140 };

const char *place_problem(const struct place *place, bool create) {
  static const char *const parts[] = {"/runtimes", "/apps", "/locks", "/tmp"};
  char *folder = join(place->cache, "/terrarium", NULL);
  if (wcslen(wide(place->cache)) > LONGEST_PLACE) return "its path has more than 140 characters, too many for Python on Windows";
  if (create) make_all(place->cache);
  if (create && !make_private_folder(folder)) return reason();
  const char *problem = folder_problem(folder);
  if (problem != NULL || !create) return problem;
  for (size_t i = 0; i < 4; i++)
    if (!make_folder(join(folder, parts[i], NULL))) return reason();
  return NULL;
}

enum { SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

struct file *open_lock(const char *path) {
  return wrap_handle(CreateFileW(wide_path(path), GENERIC_READ | GENERIC_WRITE, SHARE_ALL, NULL, OPEN_ALWAYS, 0, NULL));
}

struct file *open_marker(const char *path) {
  return wrap_handle(CreateFileW(wide_path(path), GENERIC_READ, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, NULL));
}

// The byte that is locked lies beyond the content, which stays readable.
enum lock_state lock_file(struct file *file, bool alone) {
  OVERLAPPED place = {.OffsetHigh = 1};
  if (LockFileEx(file->handle, LOCKFILE_FAIL_IMMEDIATELY | (alone ? LOCKFILE_EXCLUSIVE_LOCK : 0), 0, 1, 0, &place)) return LOCK_TAKEN;
  DWORD error = GetLastError();
  return error == ERROR_LOCK_VIOLATION || error == ERROR_IO_PENDING ? LOCK_BUSY : LOCK_UNSUPPORTED;
}

bool is_live_marker(struct file *marker) {
  BY_HANDLE_FILE_INFORMATION about;
  FILE_STANDARD_INFO standard;
  return GetFileInformationByHandle(marker->handle, &about) && (about.dwFileAttributes & (FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY)) == 0 &&
         GetFileInformationByHandleEx(marker->handle, FileStandardInfo, &standard, sizeof standard) && !standard.DeletePending && standard.NumberOfLinks > 0;
}

uint64_t unix_seconds(FILETIME time) {
  return (((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) - 116444736000000000u) / 10000000;
}

uint64_t last_use(const char *path) {
  WIN32_FILE_ATTRIBUTE_DATA about;
  if (!GetFileAttributesExW(wide_path(path), GetFileExInfoStandard, &about)) return 0;
  return unix_seconds(CompareFileTime(&about.ftLastAccessTime, &about.ftLastWriteTime) > 0 ? about.ftLastAccessTime : about.ftLastWriteTime);
}
