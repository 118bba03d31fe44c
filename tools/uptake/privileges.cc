#include "tools/uptake/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace uptake {

void drop_privileges() noexcept {
  constexpr std::uint32_t kOpenFiles = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH | 1U << CAP_FOWNER;
  const std::uint32_t kept = geteuid() == 0 ? kOpenFiles : 0;
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    (void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  // A capability that is not permitted cannot be kept.
  if (syscall(SYS_capget, &header, sets.data()) == 0) {
    for (__user_cap_data_struct& set : sets) {
      set.permitted &= &set == sets.data() ? kept : 0;
      set.effective = set.permitted;
      set.inheritable = 0;
    }
    (void)syscall(SYS_capset, &header, sets.data());
  }
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace uptake
