import { Controller, Delete, Get, Inject, Param, Post, Req } from '@nestjs/common';
import { EVERYWHERE, type Grants, mayDo } from '@slipway/identity';
import { IsName, SlipwayError, validated } from '@slipway/kernel';
import type { Logger } from '@slipway/service-kit';
import { LOGGER } from '@slipway/service-kit';
import { IsInt, IsObject, IsOptional, Matches, Max, Min } from 'class-validator';
import { callerOf, type Request } from './caller.js';
import { jsonBody } from './json-body.js';
import { checkedGrants, type TokenRecord } from './token.js';
import { TokenStore } from './token-store.js';

/** Make a token for a person or a machine. */
class CreateToken {
  @Matches(/^(person|machine):[A-Za-z0-9][A-Za-z0-9._@/-]{0,127}$/, { message: 'subject must be person:name or machine:name' })
  readonly subject!: string;

  /** Workspace, or `*`, → roles. */
  @IsObject()
  readonly grants!: Grants;

  /** Default: 90. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(366)
  readonly days?: number | null;
}

class TokenId {
  @IsName()
  readonly id!: string;
}

/** What is told of a token that there is. */
export type TokenRow = Omit<TokenRecord, 'hash'>;

const DAYS = 90;
const DAY_MS = 86_400_000;

const rowOf = ({ hash: _hash, ...row }: TokenRecord): TokenRow => row;

/** Slipway's own tokens. */
@Controller('v1/tokens')
export class TokensController {
  constructor(
    @Inject(TokenStore) private readonly tokens: TokenStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns the token, this once */
  @Post()
  async create(@Req() request: Request): Promise<TokenRow & { readonly token: string }> {
    const by = this.administrator(request);
    const body = await jsonBody(request);
    const { subject, days } = validated(CreateToken, body);
    const grants = checkedGrants(body['grants']);
    const now = new Date();
    const { token, record } = await this.tokens.create({ subject, grants, createdBy: by, expires: new Date(now.getTime() + (days ?? DAYS) * DAY_MS).toISOString() }, now);
    this.logger.info({ by, tokenId: record.id, subject, grants, expires: record.expires }, 'token created');
    return { ...rowOf(record), token };
  }

  @Get()
  list(@Req() request: Request): TokenRow[] {
    this.administrator(request);
    return this.tokens.list().map(rowOf);
  }

  @Delete(':id')
  async revoke(@Req() request: Request, @Param('id') id: string): Promise<TokenRow> {
    const by = this.administrator(request);
    validated(TokenId, { id });
    const record = await this.tokens.revoke(id, new Date());
    this.logger.info({ by, tokenId: id, subject: record.subject }, 'token revoked');
    return rowOf(record);
  }

  private administrator(request: Request): string {
    const { sub, grants } = callerOf(request);
    if (!mayDo(grants, 'tokens.manage', EVERYWHERE)) throw new SlipwayError('NOT_ALLOWED', 'tokens are managed by an administrator of * (all workspaces)');
    return sub;
  }
}
