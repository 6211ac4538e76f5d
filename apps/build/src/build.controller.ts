import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type BuilderAnswer, RequestBuild, ShowBuilder } from '@slipway/build';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand, OnQuery } from '@slipway/service-kit';
import { Builds } from './builds.js';
import { SigningKey } from './signing-key.js';
import { BUILDER_ID } from './store-snapshot.js';

@Controller()
export class BuildController {
  constructor(
    private readonly builds: Builds,
    private readonly key: SigningKey,
  ) {}

  @OnCommand(RequestBuild)
  request(@Payload() command: RequestBuild, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.builds.request(command, call);
  }

  @OnQuery(ShowBuilder)
  builder(@Payload() _query: ShowBuilder): BuilderAnswer {
    return { builders: [BUILDER_ID], keys: [{ id: this.key.id, publicKey: this.key.publicPem }] };
  }
}
