// A layer of the launcher's own file turns into files: zstd frames are decoded by a second thread, while this one turns their tar
// stream into files. Each of the two takes about half of a first start. Only this thread speaks, allocates strings or stops.
#include "launcher.h"
#include <stdlib.h>
#define ZSTD_STATIC_LINKING_ONLY
#include "zstd.h"

enum { CHUNK = 1 << 18, CHUNKS = 8, LARGEST_WINDOW_LOG = 24 };

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

struct chunk {
  size_t length;
  uint8_t bytes[CHUNK];
};

struct source {
  struct file *self;
  const struct layer *layer;
  ZSTD_DCtx *decoder;
  uint64_t read;
  /** What the decoder would like to have next; 0 between frames. */
  size_t hint;
  bool full;
  ZSTD_inBuffer in;
  uint8_t bytes[CHUNK];
  /** What is wrong with the layer. */
  const char *problem;
  struct chunk chunks[CHUNKS];
  struct tokens *empty, *filled;
};

static bool refuse(struct source *source, const char *problem) {
  source->problem = problem;
  return false;
}

static bool refill(struct source *source) {
  uint64_t left = source->layer->size - source->read;
  size_t size = left < CHUNK ? (size_t)left : CHUNK;
  if (!read_at(source->self, source->layer->offset + source->read, source->bytes, size)) return refuse(source, "it cannot be read");
  source->read += size;
  source->in = (ZSTD_inBuffer){source->bytes, size, 0};
  return true;
}

// A frame without checksum would let a flipped bit through. (The decoder itself accepts both.)
static bool check_frame(struct source *source) {
  uint8_t head[5];
  uint64_t at = source->read - (source->in.size - source->in.pos);
  if (source->layer->size - at < sizeof head || !read_at(source->self, source->layer->offset + at, head, sizeof head)) return refuse(source, "it ends too early");
  uint32_t magic = head[0] | head[1] << 8 | head[2] << 16 | (uint32_t)head[3] << 24;
  if ((magic & ~15u) == ZSTD_MAGIC_SKIPPABLE_START) return true;
  if (magic != ZSTD_MAGICNUMBER) return refuse(source, "no zstd frame where one should start");
  return (head[4] & 4) != 0 || refuse(source, "a frame without checksum");
}

static bool decode_some(struct source *source, ZSTD_outBuffer *out) {
  if (source->in.pos == source->in.size && source->read < source->layer->size && !refill(source)) return false;
  if (source->hint == 0 && !check_frame(source)) return false;
  source->hint = ZSTD_decompressStream(source->decoder, out, &source->in);
  return !ZSTD_isError(source->hint) || refuse(source, "a frame cannot be decoded, or its checksum does not match");
}

// A full output means that the decoder may hold more, even where all input was taken.
static bool has_more(const struct source *source) {
  return source->read < source->layer->size || source->in.pos < source->in.size || (source->hint != 0 && source->full);
}

/** False at the layer's end, or with a problem. */
static bool fill(struct source *source, struct chunk *chunk) {
  ZSTD_outBuffer out = {chunk->bytes, CHUNK, 0};
  while (out.pos < CHUNK && has_more(source) && decode_some(source, &out)) source->full = out.pos == CHUNK;
  source->full = out.pos == CHUNK;
  chunk->length = source->problem == NULL ? out.pos : 0;
  if (chunk->length == 0 && source->problem == NULL && source->hint != 0) refuse(source, "it ends in the middle of a frame");
  return chunk->length > 0;
}

static void *fill_all(void *given) {
  struct source *source = given;
  bool more = true;
  for (size_t i = 0; more; i++) {
    take_token(source->empty);
    more = fill(source, &source->chunks[i % CHUNKS]);
    give_token(source->filled);
  }
  return NULL;
}

static struct chunk *take(struct source *source, size_t number, bool threaded) {
  struct chunk *chunk = &source->chunks[number % CHUNKS];
  if (threaded) take_token(source->filled);
  else fill(source, chunk);
  return chunk;
}

static struct source *open_source(struct file *self, const struct layer *layer) {
  struct source *source = calloc(1, sizeof *source);
  ZSTD_DCtx *decoder = ZSTD_createDCtx();
  if (source == NULL || decoder == NULL) stop(EXIT_NOT_WRITTEN, "cannot unpack: no memory left.", NULL);
  ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, LARGEST_WINDOW_LOG);
  source->self = self;
  source->layer = layer;
  source->decoder = decoder;
  source->empty = make_tokens(CHUNKS);
  source->filled = make_tokens(0);
  return source;
}

void unpack_layer(struct file *self, const struct layer *layer, const char *folder) {
  struct source *source = open_source(self, layer);
  struct tar *tar = tar_begin(folder, layer);
  bool threaded = start_thread(fill_all, source);
  struct chunk *chunk;
  for (size_t i = 0; (chunk = take(source, i, threaded))->length > 0; i++) {
    tar_feed(tar, chunk->bytes, chunk->length);
    if (threaded) give_token(source->empty);
    narrate();
  }
  if (source->problem != NULL) stop_damaged(layer, source->problem);
  tar_end(tar);
  ZSTD_freeDCtx(source->decoder);
  free(source);
}
