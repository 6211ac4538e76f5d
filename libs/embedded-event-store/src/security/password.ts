import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of one check: 32 MiB and some tens of milliseconds. Kept with each hash, so that it can change. */
const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MEMORY = 64 * 1024 * 1024;

/** What is stored in the place of a password: `scrypt:cost:salt:key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST, salt.toString('base64'), key.toString('base64')].join(':');
}

/** Takes the same time for any password, also if there is no `hash` to compare with. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [kind, cost, salt, key] = (hash ?? '').split(':');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) {
    await derive(password, Buffer.alloc(SALT_BYTES), COST);
    return false;
  }
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), Number(cost)), Buffer.from(key, 'base64'));
}

export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: cost, r: BLOCK_SIZE, maxmem: MEMORY };
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
