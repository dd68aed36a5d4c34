document.body.textContent = 'twin-stack'
