import { SlipwayError } from '@slipway/kernel';

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * Only the one text that `encodeBase64` gives for those bytes: the standard alphabet, padded, no white space, no stray bits.
 * @throws SlipwayError MALFORMED_MESSAGE
 */
export function decodeBase64(text: string): Uint8Array {
  const bytes = decode(text);
  if (encodeBase64(bytes) !== text) throw new SlipwayError('MALFORMED_MESSAGE', 'not base64 in its canonical form');
  return bytes;
}

function decode(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (error) {
    throw new SlipwayError('MALFORMED_MESSAGE', 'not base64', [], { cause: error });
  }
}
