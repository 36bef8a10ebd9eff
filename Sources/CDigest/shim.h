/* sha256.h uses the sized types without including what declares them. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sha256.h>
