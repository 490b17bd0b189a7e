# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for portamentoctl

_portamentoctl_devices()
{
	portamentoctl --json devices 2>/dev/null | sed -n 's/^    "id": "\(.*\)",$/\1/p'
}

_portamentoctl()
{
	local commands="status devices sync stop preview estimate rules settings partner skipped include-skipped skip unskip failures confirm events"
	local common="--device --json --help"
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command="" choices="" i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-d | --device) ((i++)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done

	case $previous in
	-d | --device) choices=$(_portamentoctl_devices) ;;
	-a | --action) choices="keep copy replace remove skip rename retag playlist-write playlist-remove cover-write cover-remove no-fit" ;;
	-m | --match | --timeout | -p | --priority) return ;;
	*)
		case $command in
		"") choices="$commands $common --version" ;;
		sync) choices="--no-wait --timeout $common $(_portamentoctl_devices)" ;;
		preview) choices="--action --match --all $common $(_portamentoctl_devices)" ;;
		confirm) choices="--yes $common $(_portamentoctl_devices)" ;;
		partner) choices="create delete --replace $common" ;;
		rules) choices="add remove clear --priority library default playlist: fill:shuffle fill:top-rated fill:recent fill:least-recently-synced $common" ;;
		settings) choices="PercentSpaceReserved SyncOnConnect FriendlyName Layout Storage PlaylistFormat Lane VerifyReadback Covers $common" ;;
		devices) choices=$common ;;
		skip | unskip)
			mapfile -t COMPREPLY < <(compgen -f -W "$common" -- "$current")
			return
			;;
		*) choices="$common $(_portamentoctl_devices)" ;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
}

complete -F _portamentoctl portamentoctl
