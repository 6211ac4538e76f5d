export { SHAPES, shapesIn } from './mask/shapes.fixtures.js';
export { VaultDouble } from './secrets/vault-double.fixtures.js';
