// The locator: a slot in the launcher's own image that assembly fills in, so that a start reads it from memory.
#include "launcher.h"
#include <string.h>

// volatile: the compiler must not take the values it sees here for the ones that will be there.
__attribute__((used, aligned(64))) static volatile const struct locator slot = {
    .magic = {'T', 'E', 'R', 'R', 'A', 'R', 'I', 'U', 'M', 0, 'L', 'O', 'C', '\r', '\n', 0x1a},
    .version = 1,
    .length = sizeof(struct locator),
};

static struct locator copy;
const struct locator *locator = &copy;

// Four bits at a time: every start does this, and a table for eight would be made or loaded for 1 KB.
static uint32_t checksum(const uint8_t *bytes, size_t length) {
  static const uint32_t table[16] = {
      0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
      0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };
  uint32_t crc = ~0u;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    crc = (crc >> 4) ^ table[crc & 15];
    crc = (crc >> 4) ^ table[crc & 15];
  }
  return ~crc;
}

static void refuse_damage(const char *what) {
  copy.name[0] = 0;
  stop(EXIT_DAMAGED, "cannot start ", self_path(), ": its locator is damaged (", what, "); fetch the file again.", NULL);
}

static bool is_key(const char *text) {
  return strspn(text, "0123456789abcdef") == 32 && text[32] == 0;
}

// A control character would break the sentence that the text stands in, or the line of a marker.
static bool is_text(const char *text, size_t size) {
  if (text[0] == 0 || memchr(text, 0, size) == NULL) return false;
  for (; *text != 0; text++)
    if ((unsigned char)*text < 32) return false;
  return true;
}

// A later format may use them: then this launcher does not know what they ask for.
static bool is_zero(const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (((const uint8_t *)bytes)[i] != 0) return false;
  return true;
}

static void check_reserved(void) {
  bool zero = copy.reserved1 == 0 && is_zero(copy.reserved2, sizeof copy.reserved2) && is_zero(copy.reserved3, sizeof copy.reserved3);
  for (uint32_t i = 0; i < 4; i++)
    zero = zero && (i < copy.layer_count ? is_zero(copy.layers[i].reserved, sizeof copy.layers[i].reserved) : is_zero(&copy.layers[i], sizeof copy.layers[i]));
  if (!zero) refuse_damage("a reserved byte is not zero");
}

static void check_layers(void) {
  for (uint32_t i = 0; i < copy.layer_count; i++) {
    const struct layer *layer = &copy.layers[i];
    if (layer->offset > copy.file_size || layer->size > copy.file_size - layer->offset) refuse_damage("a layer lies outside the file");
    if (layer->mount > MOUNT_APP || !is_text(layer->name, sizeof layer->name)) refuse_damage("a layer without a name, or with an unknown mount");
  }
}

static void check_locator(void) {
  if (copy.layer_count == 0 && copy.file_size == 0 && copy.crc32 == 0) {
    copy.name[0] = 0;
    stop(EXIT_DAMAGED, self_path(), " is a bare launcher: no app was packed into it.", NULL);
  }
  if (copy.version != 1) refuse_damage("its version is not 1");
  if (copy.length != sizeof copy) refuse_damage("its length is not 1024");
  if (checksum((const uint8_t *)&copy, offsetof(struct locator, crc32)) != copy.crc32) refuse_damage("its checksum does not match");
  if ((copy.flags & ~(uint32_t)KNOWN_FLAGS) != 0) refuse_damage("it has unknown flags");
  if (copy.layer_count == 0 || copy.layer_count > 4) refuse_damage("it names no layers, or too many");
  check_reserved();
  if (!is_key(copy.runtime_key) || !is_key(copy.app_key)) refuse_damage("a key is not 32 hexadecimal digits");
  if (!is_text(copy.interpreter, sizeof copy.interpreter) || !is_text(copy.name, sizeof copy.name)) refuse_damage("a name is missing, or has control characters");
  if (copy.interpreter[0] == '/' || interpreter_name()[0] == 0 || strstr(copy.interpreter, "..") != NULL) refuse_damage("the interpreter lies outside the runtime");
  if (copy.manifest_offset > copy.file_size || copy.manifest_size > copy.file_size - copy.manifest_offset) refuse_damage("the manifest lies outside the file");
  check_layers();
}

void load_locator(void) {
  const volatile uint8_t *from = (const volatile uint8_t *)&slot;
  for (size_t i = 0; i < sizeof copy; i++) ((uint8_t *)&copy)[i] = from[i];
  check_locator();
}

const char *interpreter_name(void) {
  const char *slash = strrchr(locator->interpreter, '/');
  return slash == NULL ? locator->interpreter : slash + 1;
}
