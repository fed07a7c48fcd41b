// contract/flavor.hpp — which of the two supported servers a text is meant for.
#pragma once

namespace converge {

enum class ServerFlavor { mysql, mariadb };

}  // namespace converge
