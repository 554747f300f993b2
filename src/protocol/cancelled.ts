// What pending calls of a terminated thread reject with.
export class Cancelled extends Error {
  override name = 'Cancelled';
  constructor() {
    super('The thread was ended while this call was waiting or running.');
  }
}
