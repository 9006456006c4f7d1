# Sourced by the run scripts (examples/run): builds a module when its sources are newer than its last build, then
# becomes its program. Nothing of Maven is printed unless it fails; when nothing changed, Maven is not called.
#
#   root=... ; . "$root/.mvn/launch.sh" ; launch MODULE MAIN_CLASS [ARGUMENT ...]
#
# With first_run=(MAIN_CLASS ARGUMENT ...) set before, a build ends with that run, whose classes later ones map into memory; with
# first_run_keeps=OPTION it is given that too, and a directory that goes with its end (without, where it fails so).
#
# Read from the environment: MAVEN_ARGS, MAVEN_OPTS, JAVA_HOME, MILLRACE_JAVA_OPTS. The module writes its class path
# to target/classpath (execution "classpath" of the dependency plugin). The caller's directory stays the current one.

lock_wait_s=900
interrupted=130
# Agrona, which journal and Aeron transports use, needs one opened package; the engine itself needs none.
opens=(--add-opens java.base/jdk.internal.misc=ALL-UNNAMED)
first_run=()
first_run_keeps=

launch() {
  local module=$1 main=$2
  shift 2
  local class_path

  keep_standard_streams
  build "$module" -pl "$module" -am
  become "$main" "$@"
}

# Sets class_path to that of a module, built by Maven with these arguments if it has to be.
build() {
  local module=$1 maven_project=("${@:2}")
  local target=$root/$module/target
  local stamp=$target/run.classpath why missing=
  require_java
  if stale; then
    if ! { mkdir -p "$target" && [ -w "$target" ]; } 2>/dev/null; then
      die "$why; $target cannot be written, so build where it can${missing:+, or allow the reading}"
    fi
    locked build_if_stale || exit $?
    read_class_path || die "$(missing_library); allow the reading, or remove $stamp and try again"
  fi
}

# Becomes a program of class_path.
become() {
  local main=$1
  shift
  # progress is shown on a terminal only, and the JVM cannot tell whether standard error is one
  local terminal=()
  [ ! -t 2 ] || terminal=(-Dmillrace.terminal=true)
  local archive=$root/${module:-}/target/run.jsa archived=() # several modules together have none
  [ ! -r "$archive" ] || archived=(-Xlog:cds=off -Xlog:cds+dynamic=off -Xlog:class+path=off -XX:SharedArchiveFile="$archive")
  speak_utf8
  # Word splitting of the options is meant.
  # shellcheck disable=SC2086
  exec "$(java_command)" "${opens[@]}" "${archived[@]}" ${MILLRACE_JAVA_OPTS:-} "${terminal[@]}" -cp "$class_path" "$main" "$@"
}

java_command() {
  echo "${JAVA_HOME:+$JAVA_HOME/bin/}java"
}

# A shell's own words say neither which variable is at fault nor what would help.
require_java() {
  command -v "$(java_command)" >/dev/null && return
  [ -n "${JAVA_HOME:-}" ] || die "java: not there in any directory of PATH; ${PATH:-}; install a JDK 17 or newer, or name one with JAVA_HOME"
  die "JAVA_HOME: there is no program bin/java in it; $JAVA_HOME; unset it, or name a JDK 17 or newer"
}

# Keeps what a JVM has read, checked and linked by the end of a run, for those that follow to map (JEP 350): most of a start is that.
# Another JVM, or one whose class path is elsewhere, passes over it; where none can be made, starts take longer.
archive_classes() {
  local archive=$target/run.jsa fresh=$target/run.jsa.new kept=$target/run.first code=0
  rm -rf "$archive" "$fresh" "$kept"
  [ ${#first_run[@]} -gt 0 ] && read_class_path || return 0
  keep_classes_of "${first_run[@]}" ${first_run_keeps:+"$first_run_keeps" "$kept"} || code=$?
  if [ "$code" -ne 0 ] && [ "$code" -ne "$interrupted" ] && [ -n "$first_run_keeps" ]; then
    rm -f "$fresh" && code=0
    keep_classes_of "${first_run[@]}" || code=$?
  fi
  rm -rf "$kept"
  [ "$code" -ne "$interrupted" ] || return "$code"
  [ "$code" -ne 0 ] || [ ! -f "$fresh" ] || mv -f "$fresh" "$archive"
}

keep_classes_of() {
  "$(java_command)" "${opens[@]}" -XX:ArchiveClassesAtExit="$fresh" -cp "$class_path" "$@" </dev/null >>"$log" 2>&1 9>&-
}

die() {
  echo "$module/run: $*" >&2
  exit 1
}

# A file that is opened later must not take the place of a standard stream that the caller has closed: reading ends at
# once then, writing fails.
keep_standard_streams() {
  { : 3<&0; } 2>/dev/null || exec </dev/null
  { : 3>&1; } 2>/dev/null || exec 1</dev/null
  { : 3>&2; } || exec 2>/dev/null
}

# Under the locale C, which is also what no locale is, and what one is that the system does not have, a JVM cannot open
# files whose names are not ASCII. What the locale really gives is asked for; where nothing answers its name has to do.
speak_utf8() {
  local locale=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} charset
  charset=$(locale charmap 2>/dev/null) || charset=
  case ${charset:-$locale} in
    ANSI_X3.4-1968 | US-ASCII | ASCII | 646 | C | POSIX) export LC_ALL=C.UTF-8 ;;
  esac
}

# True when there is no build, when main sources or poms are newer than it, or when a library it names cannot be read;
# says why. Directories count, so that a deleted file is seen. Otherwise class_path is set.
stale() {
  missing=
  why="$stamp: there is no build yet"
  [ -f "$stamp" ] || return 0
  local newer
  newer=$(cd "$root" && find pom.xml .mvn engine operators transports cli "$module" \
    \( -name target -o -name 'target[0-9]*' -o -path '*/src/test' \) -prune -o \
    \( -path '*/src/main*' -o -name pom.xml -o -path '.mvn/*' \) -newer "$stamp" -print -quit)
  why="$newer: newer than the build"
  [ -z "$newer" ] || return 0
  if read_class_path; then return 1; fi
  why=$(missing_library)
}

missing_library() {
  echo "$missing: a library of the build, not there or not to be read by this user"
}

# Sets class_path from the stamp; fails when something it names cannot be read, and says what is missing. Paths below
# the root stand in it with @root@, so that the tree may be moved after the build.
read_class_path() {
  local entry entries
  missing=$stamp
  IFS=: read -r -a entries <"$stamp" || return 1
  class_path=
  for entry in "${entries[@]}"; do
    case $entry in
      @root@/*) entry=$root/${entry#@root@/} ;;
    esac
    [ -r "$entry" ] || { missing=$entry && return 1; }
    class_path=$class_path${class_path:+:}$entry
  done
  missing=
}

# Runs a function under a lock that dies with its holder; without flock (macOS) a directory stands for it.
locked() {
  local lock=$target/run.lock
  if command -v flock >/dev/null; then
    (
      flock -w "$lock_wait_s" 9 || die "$lock: another build holds it for more than $lock_wait_s s"
      "$@"
    ) 9>>"$lock"
  else
    local waited_s=0
    until mkdir "$lock.d" 2>/dev/null; do
      [ "$waited_s" -lt "$lock_wait_s" ] || die "$lock.d: another build holds it for more than $lock_wait_s s; if there is none, remove it"
      sleep 1
      waited_s=$((waited_s + 1))
    done
    (
      trap 'rmdir "$lock.d"' EXIT
      "$@"
    )
  fi
}

# The class path file is the stamp, dated when the build began: what is edited meanwhile is newer.
build_if_stale() {
  stale || return 0
  local began=$target/run.began fresh=$target/run.classpath.new log=$target/run.log
  : >"$began" || return 1
  # Maven 3.9 and later read MAVEN_ARGS themselves, 3.8 does not: handed over once, here.
  local code=0
  [ ! -t 2 ] || echo "$module/run: building, which takes a minute or two the first time; $log tells of it" >&2
  (
    cd "$root"
    maven_args=${MAVEN_ARGS:-}
    unset MAVEN_ARGS
    # shellcheck disable=SC2086 # word splitting is meant
    exec mvn -B -ntp -q $maven_args package -Dmaven.test.skip "${maven_project[@]}"
  ) >"$log" 2>&1 </dev/null 9>&- || code=$?
  [ "$code" -ne "$interrupted" ] || return "$code" # a JVM ends with it by itself, so that the shell goes on
  if [ "$code" -ne 0 ] || [ ! -f "$target/classpath" ]; then
    cat "$log" >&2
    echo "$module/run: the build failed" >&2
    return 1
  fi
  write_class_path >"$fresh" && touch -r "$began" "$fresh" && mv -f "$fresh" "$stamp" && archive_classes
}

write_class_path() {
  local entry entries newest= own=$module/target/classes
  if [ ${#first_run[@]} -gt 0 ]; then # classes of a directory are not kept
    for entry in "$root/$module/target/"*.jar; do
      case $entry in
        *-sources.jar | *-tests.jar | *-javadoc.jar) ;;
        *) if [ -f "$entry" ] && { [ -z "$newest" ] || [ "$entry" -nt "$newest" ]; }; then newest=$entry; fi ;;
      esac
    done
    [ -z "$newest" ] || own=${newest#"$root"/}
  fi
  IFS=: read -r -a entries <"$target/classpath" || [ ${#entries[@]} -gt 0 ] || return 1
  printf '@root@/%s' "$own"
  for entry in "${entries[@]}"; do
    case $entry in
      "$root"/*) entry=@root@/${entry#"$root"/} ;;
    esac
    printf ':%s' "$entry"
  done
  echo
}
