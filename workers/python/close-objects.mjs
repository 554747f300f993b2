// What Python may do with JavaScript's objects: all at first; once closed, take buffers out of an array, and nothing else. From any object
// a path of attributes leads to the constructors of functions, and with them to whatever the thread can do.

/** The functions that Pyodide's attribute access ends in. */
const doors = ['JsProxy_GetAttr_js', 'JsProxy_SetAttr_js', 'JsProxy_DelAttr_js'];

/** `guard` takes the imports of the WebAssembly module; what is guarded stands in its table, for dlsym too. */
export function makeObjectGate() {
  let closed = false;
  return {
    guard(imports) {
      for (const name of doors) imports.env[name] = guardDoor(imports.env[name], () => closed);
      return imports;
    },
    close() {
      closed = true;
    },
  };
}

function guardDoor(door, isClosed) {
  const guarded = (object, ...rest) => door(isClosed() ? showOpenly(object) : object, ...rest);
  // Emscripten reads the signature off the function.
  return Object.assign(guarded, door);
}

const { isArray } = Array;
const { assign, create, freeze } = Object;
const { shift } = Array.prototype;

/** Stands in for the object: an array of blobs, an error's text; else an object without any attribute. */
function showOpenly(object) {
  const shown = create(null);
  if (isArray(object)) assign(shown, { length: object.length, shift });
  if (object instanceof Error) assign(shown, { name: `${object.name}`, message: `${object.message}`, stack: '' });
  return freeze(shown);
}
