import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Mirror } from '@slipway/git';
import { ServiceConfig } from '@slipway/service-kit';

/** Copies of the applications' repositories, in the service's own directory. They can be thrown away: a fetch makes them again. */
@Injectable()
export class Mirrors {
  private readonly root: string;

  constructor(config: ServiceConfig) {
    this.root = join(config.SLIPWAY_DATA, 'mirrors');
  }

  /** The repository as its upstream has it now. Throws REPOSITORY_UNREACHABLE, GIT_FAILED. */
  async fetched(repository: string): Promise<Mirror> {
    const mirror = await Mirror.open(this.root, repository);
    await mirror.fetch();
    return mirror;
  }
}
