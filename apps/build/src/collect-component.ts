import { type Artifact, type ArtifactStore, collectOutput, type Descriptor } from '@slipway/artifact-store';
import type { Component, Recipe } from '@slipway/build';

/** A component as the artifact store has it. */
export interface CollectedComponent {
  readonly name: string;
  readonly recipe: Recipe;
  readonly manifest: Descriptor;
  readonly artifacts: readonly Artifact[];
}

/** Puts the outputs that a recipe declares into the store. Throws OUTPUT_MISSING, PATH_OUTSIDE_CHECKOUT. */
export async function collectComponent(store: ArtifactStore, { name, recipe }: Component, checkout: string): Promise<CollectedComponent> {
  const artifacts: Artifact[] = [];
  for (const path of recipe.outputs) {
    const output = await collectOutput(checkout, path);
    const descriptor = output.kind === 'directory' ? await store.putDirectory(output.path) : await store.putFile(output.path);
    artifacts.push({ path, descriptor });
  }
  return { name, recipe, manifest: await store.putComponent({ name, artifacts }), artifacts };
}
