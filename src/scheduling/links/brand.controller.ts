import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { Public } from '../../accounts/access.decorator.js';
import { brandColor, brandStyleSheet, readHexColor } from '../../shared/brand-color.js';

/** The style sheet of one colour: the policy of the pages allows no style inside them. It names no organization. */
@Public()
@Controller('brand')
export class BrandController {
  @Get(':color.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  styleSheet(@Param('color') color: string): string {
    const hex = readHexColor(color);
    if (!hex) {
      throw new NotFoundException();
    }
    return brandStyleSheet(brandColor(hex));
  }
}
