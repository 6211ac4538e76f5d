import {
  ChangePasswordReq, ChangePasswordResp, CreateReq, CreateResp, DeleteReq, DeleteResp, DetailsReq, DetailsResp, DisableReq, DisableResp, EnableReq, EnableResp, ResetPasswordReq, ResetPasswordResp, UpdateReq,
  UpdateResp,
} from '@eventstore/db-client/generated/users_pb';

import { invalidArgument, userConflict, userNotFound } from '../protocol/errors.js';
import type { Call } from '../transport/call.js';
import { requestOf, unary, type RequestType, type ResponseMessage } from '../transport/unary.js';
import type { Caller, GuardedService } from './gate.js';
import { ADMINS } from './may-do.js';
import { UserError } from './user-rules.js';
import type { Users } from './users.js';

const SERVICE = '/event_store.client.users.Users';

/** event_store.client.users.Users: how users of a running server are managed. */
export function usersService(users: Users): GuardedService {
  return {
    [`${SERVICE}/Create`]: administration(CreateReq, async (options, name) => {
      await users.add(name, options.getPassword(), options.getGroupsList(), options.getFullName());
      return new CreateResp();
    }),
    [`${SERVICE}/Update`]: administration(UpdateReq, async (options, name) => {
      if (options.getPassword() !== '') throw invalidArgument('an update changes no password; reset it');
      await users.update(name, options.getGroupsList(), options.getFullName());
      return new UpdateResp();
    }),
    [`${SERVICE}/Delete`]: administration(DeleteReq, async (_options, name) => {
      await users.remove(name);
      return new DeleteResp();
    }),
    [`${SERVICE}/Enable`]: administration(EnableReq, async (_options, name) => {
      await users.setDisabled(name, false);
      return new EnableResp();
    }),
    [`${SERVICE}/Disable`]: administration(DisableReq, async (_options, name) => {
      await users.setDisabled(name, true);
      return new DisableResp();
    }),
    [`${SERVICE}/ResetPassword`]: administration(ResetPasswordReq, async (options, name) => {
      await users.setPassword(name, options.getNewPassword());
      return new ResetPasswordResp();
    }),
    [`${SERVICE}/ChangePassword`]: about(ChangePasswordReq, async (options, name, caller) => {
      const own = caller.name === name;
      if (!own || !(await users.verify(name, options.getCurrentPassword()))) throw caller.denied('change another\'s password, or the own one without it');
      await users.setPassword(name, options.getNewPassword());
      return new ChangePasswordResp();
    }),
    [`${SERVICE}/Details`]: (call, caller) => details(users, call, caller),
  };
}

interface NamingOptions {
  getLoginName(): string;
}

interface NamingRequest<Options> {
  getOptions(): Options | undefined;
}

type Change<Options> = (options: Options, name: string, caller: Caller) => Promise<ResponseMessage>;

/** A method about one user. */
function about<Options extends NamingOptions>(type: RequestType<NamingRequest<Options>>, change: Change<Options>): GuardedService[string] {
  return unary(type, async (request, caller: Caller) => {
    const options = request.getOptions();
    if (options === undefined) throw invalidArgument('the request needs options');
    try {
      return await change(options, options.getLoginName(), caller);
    } catch (error) {
      throw error instanceof UserError ? toCallError(error, options.getLoginName()) : error;
    }
  });
}

/** A method about one user that needs an administrator. */
function administration<Options extends NamingOptions>(type: RequestType<NamingRequest<Options>>, change: Change<Options>): GuardedService[string] {
  return about(type, (options, name, caller) => {
    demandAdministrator(caller);
    return change(options, name, caller);
  });
}

function demandAdministrator(caller: Caller): void {
  if (!caller.administrator) throw caller.denied(`manage users without ${ADMINS}`);
}

async function details(users: Users, call: Call, caller: Caller): Promise<void> {
  const name = ((await requestOf(call, DetailsReq)).getOptions()?.getLoginName() ?? '').trim();
  if (name === '' || caller.name !== name) demandAdministrator(caller);
  const wanted = users.list().filter((user) => name === '' || user.name === name);
  if (wanted.length === 0) throw userNotFound(name);
  for (const user of wanted) {
    const found = new DetailsResp.UserDetails().setLoginName(user.name).setFullName(user.fullName).setGroupsList([...user.groups]).setDisabled(user.disabled);
    call.write(new DetailsResp().setUserDetails(found).serializeBinary());
  }
  call.end();
}

function toCallError(error: UserError, name: string): Error {
  if (error.code === 'invalid') return invalidArgument(error.message);
  return error.code === 'not-found' ? userNotFound(name) : userConflict(name, error.message);
}
