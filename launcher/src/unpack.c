// A layer of the launcher's own file turns into files: zstd frames are decoded, their tar stream is fed on.
#include "launcher.h"
#include <stdlib.h>
#define ZSTD_STATIC_LINKING_ONLY
#include "zstd.h"

enum { CHUNK = 1 << 18, LARGEST_WINDOW_LOG = 24 };

void stop_damaged(const struct layer *layer, const char *detail) {
  stop(EXIT_DAMAGED, "cannot unpack ", self_path(), ": its layer \"", layer->name, "\" is damaged (", detail, "); fetch the file again.", NULL);
}

struct file *open_payload(void) {
  struct file *self = open_self();
  if (self == NULL) stop(EXIT_NOT_STARTED, "cannot read its own file ", self_path(), ": ", reason(), ".", NULL);
  uint64_t size = file_size(self);
  if (size < locator->file_size)
    stop(EXIT_DAMAGED, "cannot unpack ", self_path(), ": it was truncated or stripped (", decimal(size), " bytes instead of ",
         decimal(locator->file_size), "); fetch the file again.", NULL);
  return self;
}

struct source {
  struct file *self;
  const struct layer *layer;
  uint64_t read;
  ZSTD_inBuffer in;
  uint8_t bytes[CHUNK];
};

static void refill(struct source *source) {
  uint64_t left = source->layer->size - source->read;
  size_t size = left < CHUNK ? (size_t)left : CHUNK;
  if (!read_at(source->self, source->layer->offset + source->read, source->bytes, size)) stop_damaged(source->layer, "it cannot be read");
  source->read += size;
  source->in = (ZSTD_inBuffer){source->bytes, size, 0};
}

// A frame without checksum would let a flipped bit through. (The decoder itself accepts both.)
static void check_frame(struct source *source) {
  uint8_t head[5];
  uint64_t at = source->read - (source->in.size - source->in.pos);
  if (source->layer->size - at < sizeof head || !read_at(source->self, source->layer->offset + at, head, sizeof head)) stop_damaged(source->layer, "it ends too early");
  uint32_t magic = head[0] | head[1] << 8 | head[2] << 16 | (uint32_t)head[3] << 24;
  if ((magic & ~15u) == ZSTD_MAGIC_SKIPPABLE_START) return;
  if (magic != ZSTD_MAGICNUMBER) stop_damaged(source->layer, "no zstd frame where one should start");
  if ((head[4] & 4) == 0) stop_damaged(source->layer, "a frame without checksum");
}

static ZSTD_DCtx *make_decoder(void) {
  ZSTD_DCtx *decoder = ZSTD_createDCtx();
  if (decoder == NULL) stop(EXIT_NOT_WRITTEN, "cannot unpack: no memory left.", NULL);
  ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, LARGEST_WINDOW_LOG);
  return decoder;
}

void unpack_layer(struct file *self, const struct layer *layer, const char *folder) {
  struct source *source = calloc(1, sizeof *source);
  uint8_t *bytes = malloc(CHUNK);
  if (source == NULL || bytes == NULL) stop(EXIT_NOT_WRITTEN, "cannot unpack: no memory left.", NULL);
  source->self = self;
  source->layer = layer;
  ZSTD_DCtx *decoder = make_decoder();
  struct tar *tar = tar_begin(folder, layer);
  size_t hint = 0;
  ZSTD_outBuffer out = {bytes, CHUNK, 0};
  // A full output means that the decoder may hold more, even where all input was taken.
  while (source->read < layer->size || source->in.pos < source->in.size || (hint != 0 && out.pos == out.size)) {
    if (source->in.pos == source->in.size && source->read < layer->size) refill(source);
    if (hint == 0) check_frame(source);
    out.pos = 0;
    hint = ZSTD_decompressStream(decoder, &out, &source->in);
    if (ZSTD_isError(hint)) stop_damaged(layer, "a frame cannot be decoded, or its checksum does not match");
    tar_feed(tar, bytes, out.pos);
    narrate();
  }
  if (hint != 0) stop_damaged(layer, "it ends in the middle of a frame");
  tar_end(tar);
  ZSTD_freeDCtx(decoder);
  free(bytes);
  free(source);
}
