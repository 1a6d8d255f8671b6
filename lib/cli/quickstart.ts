import { backendInfo } from '../index.ts'

console.log(backendInfo())
