import { Controller, HttpCode, HttpStatus, Inject, Param, Post, Req, RequestMapping, RequestMethod, Res } from '@nestjs/common';
import { SlipwayError } from '@slipway/kernel';
import { REBUILD_PATH, type RebuildOutcome, type Route, ROUTES, SERVICES_WITH_VIEWS } from '@slipway/messaging';
import type { Request, Response } from './caller.js';
import { Forwarder } from './forwarder.js';

const METHODS = { GET: RequestMethod.GET, POST: RequestMethod.POST, PUT: RequestMethod.PUT };

/** `/a/{b}` as Express writes it: `/a/:b`. */
const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** Every command and query of the map of routes. */
@Controller('v1')
export class MessagesController {
  constructor(@Inject(Forwarder) readonly forwarder: Forwarder) {}

  @Post(expressPath(REBUILD_PATH))
  @HttpCode(HttpStatus.OK)
  rebuild(@Param('service') service: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<RebuildOutcome> {
    if (!SERVICES_WITH_VIEWS.some((name) => name === service)) throw new SlipwayError('ROUTE_NOT_FOUND', `${service} keeps no views; ${SERVICES_WITH_VIEWS.join(', ')} do`);
    return this.forwarder.rebuild(service, request, response);
  }
}

/** Adds the method that answers a route, as if it had been written above. */
function answer(route: Route): void {
  const name = route.message.name;
  const descriptor: PropertyDescriptor = {
    value(this: MessagesController, request: Request, response: Response) {
      return this.forwarder.forward(route, request, response);
    },
    writable: true,
    configurable: true,
  };
  Object.defineProperty(MessagesController.prototype, name, descriptor);
  RequestMapping({ path: expressPath(route.path), method: METHODS[route.method] })(MessagesController.prototype, name, descriptor);
  HttpCode(HttpStatus.OK)(MessagesController.prototype, name, descriptor);
  Req()(MessagesController.prototype, name, 0);
  Res({ passthrough: true })(MessagesController.prototype, name, 1);
}

ROUTES.forEach(answer);
