/* sha256.h uses sized types without including the headers that declare them. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sha256.h>
