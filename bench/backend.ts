import { backendInfo } from 'lowrank'

/** What we ran on: Node and OpenBLAS, without where the addon lies. */
export function backend() {
  const { addonPath, ...rest } = backendInfo()
  return { node: process.versions.node, ...rest }
}
