export { ArtifactStore } from './artifact-store.js';
export type { Attachment } from './attachment.js';
export { collectOutput, type CollectedOutput } from './collect-output.js';
export { ANNOTATIONS, type Artifact, type Descriptor, digestOf, MEDIA_TYPES } from './descriptor.js';
export type { Component, Snapshot } from './manifest.js';
export type { VerifiedSnapshot } from './verify-snapshot.js';
