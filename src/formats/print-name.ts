// A name from an untrusted file as text for a message: quoted, without anything invisible, cut at 100 characters.

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const longest = 100;

const escape = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

export function printName(name: string): string {
  const cut = name.length > longest ? `${name.slice(0, longest)}…` : name;
  return `"${cut.replace(invisible, escape)}"`;
}
