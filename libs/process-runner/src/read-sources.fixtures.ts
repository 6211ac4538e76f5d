import { join } from 'node:path';

/** What a program for `node -e` begins with, to load the sources of this folder: a process of a spec needs no build. */
export const READ_SOURCES = `
  const { transformFileSync } = require(${JSON.stringify(require.resolve('@swc/core'))});
  require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }).code, file);
  const Module = require('node:module');
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (name, ...rest) => name === '@slipway/kernel'
    ? ${JSON.stringify(join(__dirname, '../../kernel/src/errors.ts'))}
    : resolve(name.startsWith('./') ? name.replace(/\\.js$/, '.ts') : name, ...rest);
`;
