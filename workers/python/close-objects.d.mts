export interface ObjectGate {
  guard<I extends object>(imports: I): I;
  close(): void;
}
export function makeObjectGate(): ObjectGate;
