// process.exit while jobs run: OpenBLAS's destructor would free the memory that its routines work in.
#pragma once

namespace lowrank {

// Once for the process.
void guardExit();

}  // namespace lowrank
