// A program's picture in several sizes: checked, ready to be put into an executable.

/** A PNG file, or a bitmap as icon files hold it: header, colours, pixels, mask. */
export interface IconImage {
  width: number;
  height: number;
  /** Bits of a pixel. */
  bitCount: number;
  bytes: Uint8Array;
}

export interface Icon {
  /** Of the file that it comes from, for people. */
  name: string;
  images: IconImage[];
}
