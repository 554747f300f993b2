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

static uint32_t checksum(const uint8_t *bytes, size_t length) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
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

static bool is_text(const char *text, size_t size) {
  return text[0] != 0 && memchr(text, 0, size) != NULL;
}

static void check_layers(void) {
  for (uint32_t i = 0; i < copy.layer_count; i++) {
    const struct layer *layer = &copy.layers[i];
    if (layer->offset > copy.file_size || layer->size > copy.file_size - layer->offset) refuse_damage("a layer lies outside the file");
    if (layer->mount > MOUNT_APP || !is_text(layer->name, sizeof layer->name)) refuse_damage("a layer without name or mount");
  }
}

static void check_locator(void) {
  if (copy.layer_count == 0 && copy.file_size == 0 && copy.crc32 == 0) {
    copy.name[0] = 0;
    stop(EXIT_DAMAGED, self_path(), " is a bare launcher: no app was packed into it.", NULL);
  }
  if (checksum((const uint8_t *)&copy, offsetof(struct locator, crc32)) != copy.crc32) refuse_damage("its checksum does not match");
  if (copy.version != 1 || copy.length != sizeof copy) refuse_damage("its version is not 1");
  if (copy.layer_count == 0 || copy.layer_count > 4) refuse_damage("it names no layers, or too many");
  if (!is_key(copy.runtime_key) || !is_key(copy.app_key)) refuse_damage("a key is not 32 hexadecimal digits");
  if (!is_text(copy.interpreter, sizeof copy.interpreter) || !is_text(copy.name, sizeof copy.name)) refuse_damage("a name is missing");
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
