import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Page } from '../../../web/page.js';
import { ApiDocument } from './api-document.service.js';
import { apiDocsView } from './api-docs.view.js';

/** Rendered here: the stock page for OpenAPI documents needs scripts and styles that our policy forbids. */
@ApiExcludeController()
@Controller('api/docs')
export class ApiDocsController {
  constructor(private readonly document: ApiDocument) {}

  @Get()
  show(): Page {
    return new Page('scheduling/api-docs/index', apiDocsView(this.document.read()));
  }

  @Get('openapi.json')
  download(): OpenAPIObject {
    return this.document.read();
  }
}
