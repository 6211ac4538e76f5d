import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
const pem = (): string => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();

/** Values of different shapes, made anew for each run. */
export const canaries = (): string[] => [
  random(24),
  randomBytes(24).toString('base64'),
  randomBytes(20).toString('hex'),
  randomBytes(20).toString('hex').toUpperCase(),
  randomUUID(),
  `eyJhbGciOiJIUzI1NiJ9.${random(40)}.${random(32)}`,
  `postgres://shop:${random(9)}@db.example.org:5432/shop?sslmode=require`,
  `q${randomBytes(2).toString('hex').slice(0, 3)}`,
  `ghp_${random(27)}`,
  `AKIA/${randomBytes(30).toString('base64')}`,
  `it's "${random(6)}" \\ and \\\\ ${random(4)}`,
  `'${random(8)}'`,
  `"${random(8)}"`,
  `${random(8)}\\`,
  `--${random(8)}=${random(4)}`,
  `$${random(6)} \`${random(4)}\` $(x) !# ;|&`,
  `<b a="${random(5)}">&amp;${random(5)}</b>`,
  `100%25 %41 ${random(6)}+${random(3)}/=`,
  `tab\t${random(6)}\u0001\u001b[1m\u007f`,
  `pässwörd-${random(5)}-ñß€`,
  `пароль ${random(4)} 密码 🔑🗝️`,
  `e\u0301${random(6)}\u00a0\u200b${random(4)}`,
  random(600),
  `${random(9)}\n${random(9)}`,
  `first ${random(6)}\r\nsecond ${random(6)}\r\nthird ${random(6)}`,
  `a\nb\nc${random(2)}\nd`,
  pem(),
  generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim(),
  JSON.stringify({ type: 'service_account', client: `robot-${random(6)}`, key: pem() }, undefined, 2),
  `user=shop-${random(4)}\npassword="${random(7)}"\n# end ${random(4)}`,
  JSON.stringify([random(5), { [random(5)]: `${random(5)}"\\` }]),
  'correct horse battery staple',
  'correct horse battery staple and more',
  random(12).repeat(3),
];

/**
 * Prints each of its secrets in every way that it can think of, and with the tools of a shell. What it splits between
 * stdout and stderr leaves parts in the log, as the documentation says, but no whole.
 */
export const PRINTER = `
const { readFileSync, writeSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const { inspect } = require('node:util');
const values = process.env.NAMES.split(',').map((name) => name.startsWith('FILE') ? readFileSync(process.env[name], 'utf8') : process.env[name]);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text) => writeSync(1, text + '\\n');
const b64 = (text) => Buffer.from(text).toString('base64');
const wrap = (text, columns) => text.replace(new RegExp('.{' + columns + '}', 'g'), '$&\\n');
const hex = (text) => Buffer.from(text).toString('hex');
(async () => {
  for (const value of values) {
    say('raw ' + value);
    writeSync(2, 'error: ' + value + '\\n');
    const third = Math.ceil(Buffer.byteLength(value) / 3);
    const bytes = Buffer.from(value);
    for (let at = 0; at < bytes.length; at += third) { writeSync(1, bytes.subarray(at, at + third)); await sleep(3); }
    say('');
    writeSync(1, bytes.subarray(0, third)); await sleep(5); writeSync(2, bytes.subarray(third)); await sleep(5); say('');
    for (const line of value.split('\\n')) say('  | ' + line);
    say([b64(value), b64('u:' + value), b64('usr:' + value + '\\n'), Buffer.from(value).toString('base64url'), encodeURIComponent(b64(value))].join(' '));
    say(wrap(b64(value), 64)); say(wrap(b64('admin:' + value), 76)); say(b64(JSON.stringify({ value })));
    say('?v=' + encodeURIComponent(value) + '&' + new URLSearchParams({ value }));
    say(hex(value).replace(/../g, '%$&') + ' ' + hex(value).toUpperCase().replace(/../g, '%$&'));
    say(JSON.stringify({ value }) + JSON.stringify(JSON.stringify({ value })));
    say(hex(value) + ' ' + hex(value).toUpperCase() + ' ' + hex(value).replace(/../g, '$& ') + '\\n' + wrap(hex(value), 60));
    say("'" + value.replaceAll("'", "'\\\\''") + "'");
    say(value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;'));
    for (const command of [['base64'], ['base64', '-w0'], ['base64', '-w64'], ['od', '-An', '-v', '-tx1'], ['cat']]) spawnSync(command[0], command.slice(1), { input: value, stdio: ['pipe', 'inherit', 'inherit'] });
    spawnSync('bash', ['-xc', 'printf "%q\\\\n" "$V"; echo "$V" | cat; : "$V"'], { env: { PATH: process.env.PATH, V: value }, stdio: 'inherit' });
  }
  say(JSON.stringify(process.env)); say(inspect(process.env));
  spawnSync('env', [], { stdio: 'inherit' });
  console.error(new Error('last words: ' + values.join(' | ')).message.slice(0, process.env.FAIL ? Infinity : 0));
  if (process.env.FAIL) { const [value] = values; writeSync(1, '\\n\\nlogin failed for ' + JSON.stringify({ value }) + ' ' + b64(value) + ' with ' + values.at(-1) + '\\n'); process.exit(1); }
})();
`;
