export { SHAPES, shapesIn, shapesOf } from './mask/shapes.fixtures.js';
export { canaries, PRINTER } from './secrets/canaries.fixtures.js';
export { VaultDouble } from './secrets/vault-double.fixtures.js';
