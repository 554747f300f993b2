// Where the cache is: the first place that already holds both trees, else the first that can be written.
#include "launcher.h"

char *inside(const struct place *place, const char *name) {
  return join(place->cache, "/terrarium/", name, NULL);
}

char *tree_path(const struct place *place, enum tree mount) {
  return mount == MOUNT_RUNTIME ? join(place->cache, "/terrarium/runtimes/", locator->runtime_key, NULL)
                                : join(place->cache, "/terrarium/apps/", locator->app_key, NULL);
}

bool find_warm_place(struct place *found) {
  struct place places[4];
  size_t count = list_places(places);
  for (size_t i = 0; i < count; i++) {
    if (place_problem(&places[i], false) != NULL) continue;
    if (!is_whole(tree_path(&places[i], MOUNT_RUNTIME), MOUNT_RUNTIME) || !hold_app(tree_path(&places[i], MOUNT_APP))) continue;
    *found = places[i];
    return true;
  }
  return false;
}

void clean_places(void) {
  struct place places[4];
  size_t count = list_places(places);
  for (size_t i = 0; i < count; i++) {
    if (place_problem(&places[i], false) != NULL) continue;
    collect(&places[i], true);
    char *tree = tree_path(&places[i], MOUNT_APP);
    if (is_present(tree)) stop(EXIT_NOT_WRITTEN, "cannot remove ", tree, ": it is in use, or may not be written.", NULL);
  }
}

void find_writable_place(struct place *found) {
  struct place places[4];
  size_t count = list_places(places);
  char *tried = "";
  for (size_t i = 0; i < count; i++) {
    const char *problem = place_problem(&places[i], true);
    *found = places[i];
    if (problem == NULL) return;
    tried = join(tried, i == 0 ? "" : "; ", places[i].cache, ": ", problem, NULL);
  }
  if (count == 0) tried = "no home folder is known";
  stop(EXIT_NO_PLACE, "cannot unpack, because no folder for it can be used (", tried,
       "); set TERRARIUM_CACHE to a folder of your own.", NULL);
}
