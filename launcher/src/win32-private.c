// Folders on Windows that only their user, administrators and the system can write to, and whose they are. Below the
// user's profile that is so anyway; a cache that TERRARIUM_CACHE puts elsewhere would inherit what its parent allows.
#include "win32.h"

enum { SID_SIZE = SECURITY_MAX_SID_SIZE, MEMBERS = 3 };

// Every folder asked about has the same three: they are looked up once.
static union {
  SID sid;
  uint8_t bytes[SID_SIZE];
} members[MEMBERS];

static bool find_user(void) {
  union {
    TOKEN_USER user;
    uint8_t bytes[sizeof(TOKEN_USER) + SID_SIZE];
  } found;
  HANDLE token;
  DWORD size;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return false;
  BOOL known = GetTokenInformation(token, TokenUser, &found, sizeof found, &size) && CopySid(SID_SIZE, &members[0].sid, found.user.User.Sid);
  CloseHandle(token);
  return known;
}

static bool find_members(void) {
  static bool known;
  DWORD administrators = SID_SIZE, system = SID_SIZE;
  if (!known)
    known = find_user() && CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, &members[1].sid, &administrators) &&
            CreateWellKnownSid(WinLocalSystemSid, NULL, &members[2].sid, &system);
  return known;
}

static bool allow_members(ACL *list, DWORD size) {
  if (!find_members() || !InitializeAcl(list, size, ACL_REVISION)) return false;
  for (size_t i = 0; i < MEMBERS; i++)
    if (!AddAccessAllowedAceEx(list, ACL_REVISION, OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE, GENERIC_ALL, &members[i].sid)) return false;
  return true;
}

bool make_private_folder(const char *path) {
  union {
    ACL list;
    uint8_t bytes[sizeof(ACL) + MEMBERS * (sizeof(ACCESS_ALLOWED_ACE) + SID_SIZE)];
  } allowed;
  SECURITY_DESCRIPTOR descriptor;
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
  if (!allow_members(&allowed.list, sizeof allowed) || !InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION)) return false;
  SetSecurityDescriptorDacl(&descriptor, TRUE, &allowed.list, FALSE);
  SetSecurityDescriptorControl(&descriptor, SE_DACL_PROTECTED, SE_DACL_PROTECTED);
  return CreateDirectoryW(wide_path(path), &attributes) || GetLastError() == ERROR_ALREADY_EXISTS;
}

// A process with administrator's rights makes folders that belong to the administrators.
bool is_ours(const char *path) {
  union {
    SECURITY_DESCRIPTOR descriptor;
    uint8_t bytes[sizeof(SECURITY_DESCRIPTOR) + 2 * SID_SIZE];
  } found;
  PSID owner = NULL;
  BOOL defaulted;
  DWORD size;
  if (!find_members() || !GetFileSecurityW(wide_path(path), OWNER_SECURITY_INFORMATION, &found, sizeof found, &size)) return false;
  if (!GetSecurityDescriptorOwner(&found, &owner, &defaulted) || owner == NULL) return false;
  for (size_t i = 0; i < MEMBERS; i++)
    if (EqualSid(owner, &members[i].sid)) return true;
  return false;
}
