import { Body, Controller, Get, NotFoundException, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { routeLimits } from '../limits/limit.js';
import { Limited } from '../limits/limited.decorator.js';
import { formErrors, readForm, type FieldError } from '../web/forms.js';
import { Page } from '../web/page.js';
import { Redirect } from '../web/redirect.js';
import { Public } from './access.decorator.js';
import { FirstRunService } from './first-run.service.js';
import { startSession } from './session.js';
import { SetupForm } from './setup.form.js';
import { SignInActivity } from './sign-in-activity.service.js';

const timeZones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** The first run, for whoever holds the printed token; gone as soon as there is an admin. */
@Public()
@Controller('setup')
export class SetupController {
  constructor(
    private readonly firstRun: FirstRunService,
    private readonly activity: SignInActivity,
  ) {}

  @Get()
  async show(@Query('token') token: unknown): Promise<Page> {
    if (await this.firstRun.isDone()) {
      throw new NotFoundException();
    }
    return page({
      token: typeof token === 'string' ? token : '',
      organizationName: '',
      timeZone: '',
      name: '',
      email: '',
    });
  }

  @Post()
  @Limited(routeLimits.setup)
  async complete(@Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    if (await this.firstRun.isDone()) {
      throw new NotFoundException();
    }
    const read = readForm(SetupForm, body);
    if (!read.ok) {
      return page(read.form, read.errors);
    }
    const { token, ...admin } = read.form;
    const result = await this.firstRun.complete(token, admin);
    if (!result.ok) {
      if (result.reason === 'done') {
        throw new NotFoundException();
      }
      return page(read.form, [
        {
          field: 'token',
          message: 'This token is not the one that was printed at the start, or it is older than 24 hours.',
        },
      ]);
    }
    await this.activity.noteDone(result, 'set-up link');
    await startSession(request, { userId: result.userId, orgId: result.orgId, generation: 0 });
    return new Redirect('/app/scheduling', { tone: 'good', strong: 'Welcome to Interlude.' });
  }
}

function page(form: Omit<SetupForm, 'password'>, errors: readonly FieldError[] = []): Page {
  const model = {
    title: 'Set up Interlude',
    token: form.token,
    form: { organizationName: form.organizationName, name: form.name, email: form.email },
    timeZones: timeZones.map((zone) => ({ zone, selected: zone === form.timeZone })),
    errors: formErrors(['token', 'organizationName', 'timeZone', 'name', 'email', 'password'], errors),
  };
  return Page.public('accounts/setup/setup', model, errors.length > 0 ? 422 : 200);
}
