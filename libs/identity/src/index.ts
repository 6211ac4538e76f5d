export { type Action, type ActionObject, ACTIONS, type ActionRule, isAction, type ObjectField, ruleFor, ruleOf, type TableRule } from './actions.js';
export { type AssertionFault, claimedSubject, signAssertion, type SignedMessage, verifyAssertion } from './assertion.js';
export { type Claims, type Identity, ISSUER, MAX_LIFETIME_SECONDS } from './claims.js';
export { keyIdOf, makeSigningKey, readSigningKey, readTrustedKeys, type SigningKey, type TrustedKeys } from './keys.js';
export { NonceMemory } from './nonce-memory.js';
export { mayDo, mayDoAnywhere, objectWorkspaces, rolesFor, sidesOf, workspaceOf, workspacesFor } from './rights.js';
export { EVERYWHERE, type Grants, isRole, type Role, ROLES } from './roles.js';
export { hiddenFrom, SIDES, sightOf } from './sight.js';
export { ALL_GRANTS, signerFor } from './signer.js';
