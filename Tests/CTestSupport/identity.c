#include "CTestSupport.h"

#include <errno.h>
#include <sys/fsuid.h>

int ctest_act_as(unsigned user, unsigned group)
{
    /* The group first: an ordinary user may not change it any more. The calls report nothing. */
    setfsgid(group);
    setfsuid(user);
    return (unsigned)setfsuid(user) == user && (unsigned)setfsgid(group) == group ? 0 : EPERM;
}
