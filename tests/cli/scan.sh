#!/usr/bin/env bash
# `ballast scan` against counts by other programs: the SHA-256 of every page of dumps that are made
# here (ELF, raw, LiME), counted by sort and uniq, and the counts of the recorded VMs that stand in
# traces/samples, which were made the same way.
. "$(dirname "$0")/expect.sh"

# ---- dumps: VMs of 300 pages, put together from 41 different ones

mkdir "$work/pool" "$work/pages"
head -c 4096 /dev/zero >"$work/pool/0"
for i in $(seq 40); do
    yes "page $i" | head -c 4096 >"$work/pool/$i"
done
# Two pages that differ in their last byte only.
{ head -c 4095 "$work/pool/1" && printf '\377'; } >"$work/pool/40"

# vm NAME SEED: some pages are common, some are of this VM only.
vm() {
    local pages
    pages=$(awk -v seed="$2" -v pool="$work/pool/" 'BEGIN { srand(seed); for (i = 0; i < 300; i++) {
        draw = rand(); page = draw < 0.15 ? 0 : draw < 0.5 ? 1 + int(rand() * 40) : -1
        print page < 0 ? "own/" i : pool page } }')
    mkdir -p "$work/own.$1/own"
    for i in $(seq 0 299); do
        printf '%s %s\n' "$1" $((i / 2)) >"$work/own.$1/own/$i" # by twos alike
        truncate -s 4096 "$work/own.$1/own/$i"
    done
    (cd "$work/own.$1" && xargs cat <<<"$pages") >"$work/$1.raw"
}
for i in 1 2 3; do
    vm vm$i $i
done

# segment OFFSET ADDRESS FILESZ MEMSZ
segment() { little 4 1 7 && little 8 "$1" 0 "$2" "$3" "$4" 4096; }
# An ELF core of 64 bits: 200 pages at 0, 100 at 4 GB, the second 50 of them again.
elf() {
    printf '\177ELF\2\1\1' && head -c 9 /dev/zero
    little 2 4 62 && little 4 1 && little 8 0 64 0 && little 4 0 && little 2 64 56 4 64 0 0
    segment 288 0 819200 819200
    segment 819488 $((1 << 32)) 409600 409600
    segment 1024288 $(((1 << 32) + 204800)) 204800 204800
    segment -1 $((1 << 33)) 0 4096
    cat "$1"
}
# LiME: 150 pages at 4096, 150 at 4 GB.
lime() {
    little 4 $((0x4c694d45)) 1 && little 8 4096 $((4096 + 614399)) 0 && head -c 614400 "$1"
    little 4 $((0x4c694d45)) 1 && little 8 $((1 << 32)) $(((1 << 32) + 614399)) 0
    tail -c 614400 "$1"
}
elf "$work/vm1.raw" >"$work/vm1.elf"
elf "$work/vm2.raw" >"$work/vm2.elf"
lime "$work/vm2.raw" >"$work/vm2.lime"

# ---- the count by other programs

for i in 1 2 3; do
    split -b 4096 -a 4 "$work/vm$i.raw" "$work/pages/vm$i."
done
(cd "$work/pages" && sha256sum -- * | sort) >"$work/sums"
zero=$(head -c 4096 /dev/zero | sha256sum | cut -c1-64)
# truth VMS: total zero distinct shared reclaimed
truth() {
    grep -E "  ($1)\." "$work/sums" | cut -c1-64 | uniq -c | awk -v zero="$zero" '
        { total += $1; distinct++; if ($2 == zero) zeroes = $1
          if ($1 > 1) { shared += $1; reclaimed += $1 - 1 } }
        END { print total, zeroes + 0, distinct, shared, reclaimed }'
}
# common VM VM: contents that are in both
common() {
    comm -12 <(grep "  $1\." "$work/sums" | cut -c1-64 | uniq) \
        <(grep "  $2\." "$work/sums" | cut -c1-64 | uniq) | wc -l
}
# row NAME: the columns total zero distinct shared reclaimed of the table in $work/out
row() { awk -v name="$1" '$1 == name && NF == 11 { print $2, $3, $4, $5, $7; exit }' "$work/out"; }

check "three raw images" "$BALLAST" scan --raw "$work/vm1.raw" "$work/vm2.raw" "$work/vm3.raw"
for i in 1 2 3; do
    equal "VM $i alone" "$(truth vm$i)" "$(row vm$i)"
done
equal "three VMs together" "$(truth 'vm1|vm2|vm3')" "$(row together)"
self=$(for i in 1 2 3; do truth vm$i; done | awk '{ self += $5 } END { print self }')
equal "self and inter-VM" "$self $(($(truth 'vm1|vm2|vm3' | cut -d' ' -f5) - self))" \
    "$(awk '$1 == "together" { print $10, $11 }' "$work/out")"
equal "what salting loses" "$(($(truth 'vm1|vm2|vm3' | cut -d' ' -f5) - self))" \
    "$("$BALLAST" scan --raw "$work/vm1.raw" "$work/vm2.raw" "$work/vm3.raw" --json |
        grep -o '"lost_to_salting_pages": [0-9]*' | head -1 | grep -o '[0-9]*$')"
equal "contents in common" "vm1 $(truth vm1 | cut -d' ' -f5) $(common vm1 vm2) $(common vm1 vm3)" \
    "$(awk '$1 == "vm1" && NF == 4 { print $1, $2, $3, $4 }' "$work/out")"
cp "$work/out" "$work/raw"
for threads in 1 2 7; do
    check "$threads threads" "$BALLAST" scan --threads $threads --raw "$work/vm1.raw" \
        "$work/vm2.raw" "$work/vm3.raw"
    equal "the same by $threads threads" "" "$(diff "$work/raw" "$work/out")"
done
check "an ELF core, a LiME image, a raw one" \
    "$BALLAST" scan --raw "$work/vm1.elf" vm2="$work/vm2.lime" "$work/vm3.raw"
equal "three formats together" "$(truth 'vm1|vm2|vm3')" "$(row together)"
equal "highest page and holes" "vm1 ELF 0x100063 1 vm2 LiME 0x100095 2" \
    "$(awk '/^vm[12] .*0x/ { print $1, $3, $(NF - 1), $NF }' "$work/out" | paste -sd' ')"
check "two cores" "$BALLAST" scan "$work/vm1.elf" "$work/vm2.elf"
equal "two cores together" "$(truth 'vm1|vm2')" "$(row together)"

# Half of the image is a gap; the list says so.
{ head -c 614400 "$work/vm1.raw" && head -c 4096000 /dev/urandom && tail -c 614400 "$work/vm1.raw"; } \
    >"$work/gap.raw"
printf '# of the guest\n0-95fff : System RAM\n  1000-1fff : Kernel code\n96000-47dfff : PCI\n47e000-513fff\n' \
    >"$work/gap.raw.ranges"
check "a raw image with a range list" "$BALLAST" scan vm1="$work/gap.raw"
equal "without the gap" "$(truth vm1)" "$(row vm1)"

# ---- over time

check "one VM at two moments" "$BALLAST" scan --raw web="$work/vm1.raw,$work/vm2.raw" --at 0,60 --json
changed=$(cmp -l "$work/vm1.raw" "$work/vm2.raw" | awk '{ page = int(($1 - 1) / 4096); if (page != last) n++
    last = page } BEGIN { last = -1 } END { print n }')
equal "pages that changed" "$changed" \
    "$(grep -o '"changed_pages": [0-9]*' "$work/out" | head -1 | grep -o '[0-9]*$')"
expect 0 '"mean_life_s"' "$BALLAST" scan --raw web="$work/vm1.raw,$work/vm2.raw" --at 0,60 --json
expect 0 "no end seen" "$BALLAST" scan --raw web="$work/vm1.raw,$work/vm1.raw"
expect 2 "web: expected 3 images, one for each moment, found 2" \
    "$BALLAST" scan --raw web="$work/vm1.raw,$work/vm2.raw" --at 0,60,70
expect 2 "vm3: expected 2 images, one for each moment, found 1" \
    "$BALLAST" scan --raw web="$work/vm1.raw,$work/vm2.raw" "$work/vm3.raw"
expect 2 "--at: expected rising times" "$BALLAST" scan --raw "$work/vm1.raw" --at 60,0

# ---- recorded VMs

samples=traces/samples
while IFS=, read -r t vms total zeroes distinct shared reclaimed self inter; do
    [ "$t" != t_s ] || continue
    files=()
    for ((i = 1; i <= vms; i++)); do
        files+=("$samples/A$i.btr")
    done
    check "the first $vms VMs at $t s" "$BALLAST" scan --at "$t" "${files[@]}"
    equal "together, as counted" "$total $zeroes $distinct $shared $reclaimed $self $inter" \
        "$(awk '$1 == "together" && NF == 11 { print $2, $3, $4, $5, $7, $10, $11 }' "$work/out")"
done <$samples/truth.csv
while IFS=, read -r t vm counts; do
    [ "$t" = t_s ] || equal "$vm alone at $t s" "${counts//,/ }" \
        "$("$BALLAST" scan --at "$t" $samples/A?.btr >"$work/out" && row "$vm")"
done <$samples/truth_alone.csv
check "four moments" "$BALLAST" scan --at 30,90,150,210 $samples/A1.btr $samples/A2.btr --json
equal "moments in JSON" "30 90 150 210" \
    "$(grep -o '"at_s": [0-9]*' "$work/out" | sed 1d | grep -o '[0-9]*$' | paste -sd' ')"
expect 3 "expected a window that ends by 29 s, found 30 s" \
    "$BALLAST" scan --at 29 $samples/A1.btr
expect 3 "expected real bytes of 4096-byte pages as in $work/vm1.raw, found 64-bit hashes" \
    "$BALLAST" scan --raw "$work/vm1.raw" $samples/A1.btr

# ---- from images to traces

check "two VMs as traces" "$BALLAST" trace convert --at 0,60 --key secret "$work/vm1.elf" "$work/vm1.elf" "$work/1.btr"
check "two VMs as traces" "$BALLAST" trace convert --at 0,60 --key secret --raw "$work/vm2.raw" \
    "$work/vm3.raw" "$work/2.btr"
check "the traces" "$BALLAST" scan --at 0 "$work/1.btr" "$work/2.btr"
equal "share as the images do" "$(truth 'vm1|vm2')" "$(row together)"
check "the traces" "$BALLAST" scan --at 60 "$work/1.btr" "$work/2.btr"
equal "later too" "$(truth 'vm1|vm3')" "$(row together)"
expect 0 '"hole_pages": 1048376' "$BALLAST" trace info "$work/1.btr" --json
check "another key" "$BALLAST" trace convert --at 0 --key other "$work/vm1.elf" "$work/3.btr"
expect 3 "they cannot be compared" "$BALLAST" scan "$work/1.btr" "$work/3.btr"
expect 2 "expected a key for its bytes (--key TEXT" \
    "$BALLAST" trace convert --at 0 "$work/vm1.elf" "$work/4.btr"
expect 3 "expected the pages of the first image, found others" \
    "$BALLAST" trace convert --at 0,60 --key k --raw "$work/vm1.elf" "$work/vm1.raw" "$work/4.btr"
equal "and leaves nothing" "" "$(ls "$work" | grep '^4')"

# ---- wrong command lines, other files

expect 2 "scan: expected an image, found none" "$BALLAST" scan
expect 2 "found vm1 twice" "$BALLAST" scan --raw "$work/vm1.raw" "$work/vm1.raw"
expect 2 "expected [NAME=]FILE[,FILE...], found 'web=a,,b'" "$BALLAST" scan web=a,,b
expect 2 "--threads: expected a whole number" "$BALLAST" scan --threads 0 "$work/vm1.elf"
expect 2 "--zero-hash: expected at most 16 hexadecimal" "$BALLAST" scan --zero-hash x "$work/vm1.elf"
expect 2 "--buddies: expected OFFSET,little" "$BALLAST" scan --buddies 12 "$work/vm1.elf"
expect 3 "$work/none: cannot open" "$BALLAST" scan "$work/none"
expect 3 "$work: expected a file, found a directory" "$BALLAST" scan "$work"
mkfifo "$work/pipe"
expect 3 "$work/pipe: expected a file, found a pipe" "$BALLAST" scan "$work/pipe"
: >"$work/empty"
expect 3 "found an empty file" "$BALLAST" scan "$work/empty"
expect 3 "a raw image (pmemsave, not memsave) needs --raw" "$BALLAST" scan "$work/vm1.raw"
printf 'makedumpfile\0\0\0\0and so on' >"$work/kdump"
expect 3 "found a flattened kdump (dump-guest-memory -z, -l or -s); dump again as ELF" \
    "$BALLAST" scan "$work/kdump"
head -c 819000 "$work/vm1.elf" >"$work/cut.elf"
expect 3 "segment 0: expected 819200 bytes at byte 288, found the end of the file at 819000" \
    "$BALLAST" scan "$work/cut.elf"
{ printf 'Linux\nps\n' && head -c 40000 "$work/vm1.raw"; } >"$work/buddies.dat"
expect 0 "pairs of different pages are expected to look equal" \
    "$BALLAST" scan --buddies 9,little "$work/buddies.dat"
expect 3 "$work/buddies.dat: expected" "$BALLAST" scan "$work/buddies.dat"

# Page maps: frames 10 and 11 are in both, frame 3 is the zero page.
entry() { printf "\\x$(printf %02x "$1")\0\0\0\0\0\0\x$2"; }
{ entry 10 80; entry 11 80; entry 12 80; entry 0 00; entry 3 80; entry 3 80; } >"$work/a.pagemap"
{ entry 10 80; entry 11 80; entry 99 80; entry 3 80; } >"$work/b.pagemap"
head -c 27 /dev/zero >"$work/kpageflags"
printf '\x01' >>"$work/kpageflags"
head -c 100 /dev/zero >>"$work/kpageflags"
"$BALLAST" scan --pagemap --kpageflags "$work/kpageflags" "$work/a.pagemap" "$work/b.pagemap" --json >"$work/out"
equal "frames that are shared" "9 3 5 7 4" "$(sed -n '/"together"/,/}/p' "$work/out" |
    awk -F'[:,]' '/"(total|zero|distinct|shared|reclaimed)_pages"/ { printf "%s%d", sep, $2; sep = " "; if (++n == 5) exit }')"
check "a page map becomes a recording" \
    "$BALLAST" trace convert --pagemap --at 10 "$work/a.pagemap" "$work/pm.btr"

# The name of a file need not be UTF-8; JSON must be.
cp "$work/vm1.elf" "$work/$(printf 'vm\377').elf"
check "a name that is not UTF-8" "$BALLAST" scan --json "$work/$(printf 'vm\377').elf"
equal "its JSON is UTF-8" 0 "$(iconv -f UTF-8 -t UTF-8 "$work/out" >/dev/null 2>&1; echo $?)"
equal "the byte is replaced" 1 "$(grep -m1 -c '"vm": "vm\\ufffd"' "$work/out")"

# ---- compressed images, and holes of sparse ones

for tool in gzip xz zstd; do
    command -v $tool >/dev/null || continue
    $tool -c "$work/vm1.elf" >"$work/packed.$tool"
    check "an image by $tool" "$BALLAST" scan --json "x=$work/packed.$tool"
    grep -v '"file"' "$work/out" >"$work/packed.json"
    "$BALLAST" scan --json "x=$work/vm1.elf" | grep -v '"file"' >"$work/plain.json"
    check "is scanned as the plain one" cmp "$work/packed.json" "$work/plain.json"
done
truncate -s 4M "$work/changed.raw"
printf 'a page that changed' | dd of="$work/changed.raw" bs=4096 seek=7 conv=notrunc status=none
check "a sparse raw image" "$BALLAST" scan --raw "$work/changed.raw"
equal "its holes are counted apart" 1 \
    "$(grep -c '1023 pages lie in holes of the sparse file and are not counted; --holes zero' "$work/err")"
expect 0 '"total_pages": 1,' "$BALLAST" scan --raw --holes skip --json "$work/changed.raw"
expect 0 '"hole_pages": 1023,' "$BALLAST" scan --raw --holes skip --json "$work/changed.raw"
expect 0 '"total_pages": 1024,' "$BALLAST" scan --raw --holes zero --json "$work/changed.raw"
expect 2 "--holes: expected zero or skip, found 'none'" "$BALLAST" scan --holes none "$work/changed.raw"
truncate -s 4M "$work/empty.raw"
expect 3 "found only holes of a sparse file; --holes zero" "$BALLAST" scan --raw "$work/empty.raw"

# A file that is cut while it is scanned: stopped as soon as it is mapped, so that there is time.
truncate -s 512M "$work/cut.raw"
"$BALLAST" scan --raw --holes zero "$work/cut.raw" >/dev/null 2>"$work/cut.err" &
child=$!
until grep -q "$work/cut.raw" /proc/$child/maps || ! kill -0 $child 2>/dev/null; do
    :
done 2>/dev/null
kill -STOP $child
truncate -s 4096 "$work/cut.raw"
kill -CONT $child
wait $child
equal "it is bad data" 3 $?
equal "in one line" "ballast: $work/cut.raw: expected the bytes that it had when it was opened, found it \
cut short" "$(cat "$work/cut.err")"

finish scan
