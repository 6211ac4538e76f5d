import { UsersService } from '@eventstore/db-client/generated/users_grpc_pb';
import {
  ChangePasswordResp, CreateResp, DeleteResp, DetailsResp, ResetPasswordResp, UpdateResp,
  type ChangePasswordReq, type CreateReq, type DeleteReq, type DetailsReq, type ResetPasswordReq, type UpdateReq,
} from '@eventstore/db-client/generated/users_pb';
import { status, type handleUnaryCall, type Server, type ServerWritableStream } from '@grpc/grpc-js';

import { accessDenied, callError, invalidArgument } from '../protocol/errors.js';
import type { Gate } from './gate.js';
import { ADMINS } from './may-do.js';
import { UserError } from './user-rules.js';
import type { Users } from './users.js';

/** How users of a running server are managed. Disabling users is not ours: remove them, or change their password. */
export function addUsersService(server: Server, users: Users, gate: Gate): void {
  const administratorOnly = (call: object): void => {
    if (!gate.callerOf(call).administrator) throw accessDenied(`this needs ${ADMINS}`);
  };
  const handlers = {
    create: answer(async (request: CreateReq, call) => {
      administratorOnly(call);
      const { options, name } = named(request.getOptions());
      await users.add(name, options.getPassword(), options.getGroupsList());
      return new CreateResp();
    }),
    update: answer(async (request: UpdateReq, call) => {
      administratorOnly(call);
      const { options, name } = named(request.getOptions());
      if (options.getPassword() !== '') throw invalidArgument('an update changes no password; reset it');
      await users.setGroups(name, options.getGroupsList());
      return new UpdateResp();
    }),
    delete: answer(async (request: DeleteReq, call) => {
      administratorOnly(call);
      await users.remove(named(request.getOptions()).name);
      return new DeleteResp();
    }),
    resetPassword: answer(async (request: ResetPasswordReq, call) => {
      administratorOnly(call);
      const { options, name } = named(request.getOptions());
      await users.setPassword(name, options.getNewPassword());
      return new ResetPasswordResp();
    }),
    changePassword: answer(async (request: ChangePasswordReq, call) => {
      const { options, name } = named(request.getOptions());
      const own = gate.callerOf(call).name === name;
      if (!own || !(await users.verify(name, options.getCurrentPassword()))) throw accessDenied('a user changes the own password, with the current one');
      await users.setPassword(name, options.getNewPassword());
      return new ChangePasswordResp();
    }),
    details(call: ServerWritableStream<DetailsReq, DetailsResp>) {
      try {
        const name = call.request.getOptions()?.getLoginName() ?? '';
        const caller = gate.callerOf(call);
        if (!caller.administrator && (name === '' || caller.name !== name)) throw accessDenied(`this needs ${ADMINS}`);
        const wanted = users.list().filter((user) => name === '' || user.name === name);
        if (wanted.length === 0) throw toCallError(new UserError('not-found', `there is no user ${name}`), name);
        for (const user of wanted) {
          const details = new DetailsResp.UserDetails().setLoginName(user.name).setFullName(user.name).setGroupsList([...user.groups]);
          call.write(new DetailsResp().setUserDetails(details));
        }
        call.end();
      } catch (error) {
        call.emit('error', error);
      }
    },
  };
  server.addService(UsersService, gate.guard(handlers));
}

function named<Options extends { getLoginName(): string }>(options: Options | undefined): { options: Options; name: string } {
  if (options === undefined) throw invalidArgument('the request needs options');
  return { options, name: options.getLoginName() };
}

type NamingRequest = { getOptions(): { getLoginName(): string } | undefined };

function answer<Request extends NamingRequest, Response>(handle: (request: Request, call: object) => Promise<Response>): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request, call).then(
      (response) => callback(null, response),
      (error: Error) => callback(toCallError(error, call.request.getOptions()?.getLoginName() ?? '')),
    );
  };
}

function toCallError(error: Error, name: string): Error {
  if (!(error instanceof UserError)) return error;
  if (error.code === 'invalid') return invalidArgument(error.message);
  if (error.code === 'not-found') return callError(status.NOT_FOUND, error.message, 'user-not-found', { 'login-name': name });
  return callError(status.FAILED_PRECONDITION, error.message, 'user-conflict', { 'login-name': name });
}
